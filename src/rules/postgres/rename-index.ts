import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Index is renamed',
  why: 'ALTER INDEX … RENAME takes SHARE UPDATE EXCLUSIVE on the index: reads and writes go on. Only hints and ON CONFLICT ON CONSTRAINT know indexes by name.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['renameIndex'],
  check({ index, viaTable }, context) {
    if (viaTable) return null;
    const existing = context.catalog.indexes.get(index);
    return {
      relation: existing?.table,
      why: `Traffic on ${existing ? shown(existing.table) : 'the table'} goes on; ${shown(index)} is known by its new name from now on.`,
      fix: { summary: 'Nothing to do, unless code names the constraint behind the index.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text); CREATE INDEX orders_idx ON orders (note);',
  bad: [{ sql: 'ALTER INDEX orders_idx RENAME TO orders_note_idx;' }],
  good: [{ sql: 'DROP INDEX orders_idx;' }],
});
