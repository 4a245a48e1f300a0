import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'ALTER TABLE renames an index under ACCESS EXCLUSIVE',
  why: 'ALTER TABLE accepts the name of an index, but locks it ACCESS EXCLUSIVE: queries of its table wait. ALTER INDEX … RENAME lets them go on.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['rename-table'],
  on: ['renameTable', 'renameIndex'],
  check(change, context) {
    const name = change.kind === 'renameTable' ? change.table : change.viaTable ? change.index : null;
    const index = name === null ? undefined : context.catalog.indexes.get(name);
    if (!index) return null;
    return {
      relation: index.table,
      why: `Reads and writes of ${shown(index.table)} that plan with ${shown(index.name)} wait while the rename waits and until its transaction ends.`,
      fix: {
        summary: 'Use ALTER INDEX, which takes SHARE UPDATE EXCLUSIVE.',
        sql: script(`ALTER INDEX ${index.name} RENAME TO ${quoteIdentifier(change.to)}`),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text); CREATE INDEX orders_idx ON orders (note);',
  bad: [{ sql: 'ALTER TABLE orders_idx RENAME TO orders_note_idx;' }],
  good: [{ sql: 'ALTER INDEX orders_idx RENAME TO orders_note_idx;' }],
});
