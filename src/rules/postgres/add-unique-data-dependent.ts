import { columnList, shown } from '../support/names.js';
import { defineRule } from '../rule.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'data',
  severity: 'medium',
  title: 'Unique index fails on duplicates that are there',
  why: 'One duplicate ends the build with 23505; a concurrent one leaves an INVALID index behind that goes on costing writes.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  needs: ['duplicates'],
  on: ['addConstraint', 'createIndex'],
  check(change, context) {
    if (context.effects.error) return null;
    const table = change.kind === 'createIndex' ? change.index.table : change.table;
    const isUnique =
      change.kind === 'createIndex'
        ? change.index.unique
        : ['unique', 'primaryKey'].includes(change.constraint.kind) && !change.constraint.usingIndex;
    const columns =
      change.kind === 'createIndex'
        ? change.index.keys.map((key) => key.column).filter((column) => column !== null)
        : change.constraint.columns;
    if (!isUnique || columns.length === 0) return null;
    const list = columnList(columns);
    return {
      relation: table,
      needs: ['duplicates'],
      why: `The migration stops when two rows of ${shown(table)} agree in ${columns.join(', ')}.`,
      fix: {
        summary: 'Look for duplicates first, and for code that makes new ones.',
        sql: script(`SELECT ${list}, count(*) FROM ${table} GROUP BY ${list} HAVING count(*) > 1 LIMIT 20`, ownSql(context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' },
    { sql: 'ALTER TABLE orders ADD UNIQUE (code);' },
  ],
  good: [{ sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' }],
});
