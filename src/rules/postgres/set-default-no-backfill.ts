import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { batchedUpdate } from '../support/backfill.js';
import { laterChanges } from '../support/later-statements.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'low',
  title: 'Default is for new rows only',
  why: 'SET DEFAULT changes nothing in rows that are there: they keep NULL until they are filled.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['setDefault'],
  check({ table, column, default: value }, context) {
    if (context.catalog.column(table, column)?.notNull || value.literal === null) return null;
    const later = [...laterChanges(context, table)];
    if (later.some((change) => change.kind === 'update' && change.table === table && change.columns.includes(column))) return null;
    const name = quoteIdentifier(column);
    return {
      relation: table,
      why: `Rows of ${shown(table)} that hold NULL in ${column} keep it: code that relies on the default meets NULL in old rows.`,
      fix: {
        summary: 'Fill old rows in batches.',
        sql: script(ownSql(context), batchedUpdate(context, table, `${name} = DEFAULT`, `${name} IS NULL`)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text, code text NOT NULL);',
  bad: [{ sql: "ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';" }],
  good: [
    {
      sql: "ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new'; UPDATE orders SET status = 'new' WHERE id BETWEEN 1 AND 1000 AND status IS NULL;",
    },
    { sql: "ALTER TABLE orders ALTER COLUMN code SET DEFAULT '';" },
  ],
});
