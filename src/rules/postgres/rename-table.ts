import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { besides, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Table is renamed under running code',
  why: 'Old code knows only the old name: every one of its statements fails until it is replaced. A view of the old name carries it over.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['renameTable'],
  check({ table, to }, context) {
    if (context.catalog.indexes.has(table)) return null;
    const kind = context.relation(table)?.kind ?? 'table';
    if (kind === 'sequence' || kind === 'view' || kind === 'materializedView') return null;
    const following = context.after.flatMap(({ changes }) => changes);
    if (following.some((change) => change.kind === 'createView' && change.view === table)) return null;
    // A swap: another table takes the old name in the same file.
    if (following.some((change) => change.kind === 'renameTable' && besides(change.table, change.to) === table)) return null;
    return {
      relation: table,
      needs: ['applicationCode'],
      why: `Statements that still say ${shown(table)} fail from the moment of the migration until all code is replaced.`,
      fix: {
        summary:
          'Rename it and, in the same transaction, make a view of the old name: reads and writes pass through it. Drop the view when no code uses it.',
        sql: script(
          'BEGIN',
          `ALTER TABLE ${table} RENAME TO ${quoteIdentifier(to)}`,
          `CREATE VIEW ${table} AS SELECT * FROM ${besides(table, to)}`,
          'COMMIT',
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE INDEX orders_idx ON orders (id);',
  bad: [{ sql: 'ALTER TABLE orders RENAME TO purchases;' }],
  good: [
    { sql: 'ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases;' },
    { sql: 'ALTER TABLE orders_idx RENAME TO orders_id_idx;' },
  ],
});
