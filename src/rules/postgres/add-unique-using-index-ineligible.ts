import { defineRule } from '../rule.js';
import { backingIndex, indexBuiltOnline } from '../support/index-sql.js';
import { besides, freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';
import { quoteIdentifier } from '../../core/names.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'This index cannot become a constraint',
  why: 'USING INDEX takes a plain unique btree index: no predicate, no expression, no DESC (42809), and not one that a failed build left invalid (55000).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    const { error } = context.effects;
    if (!constraint.usingIndex || !error || !['42809', '55000'].includes(error.code)) return null;
    const index = context.catalog.indexes.get(besides(table, constraint.usingIndex));
    const columns = index?.keys.flatMap((key) => (key.column === null ? [] : [key.column])) ?? [];
    const label = quoteIdentifier(constraint.name ?? constraint.usingIndex);
    const name = freeName(context, table, columns, 'idx1');
    const kind = constraint.kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE';
    const usable = index && columns.length === index.keys.length;
    return {
      relation: table,
      why: `The migration stops here: ${error.message || `${constraint.usingIndex} of ${shown(table)} is not eligible`}.`,
      fix: {
        summary:
          index && !index.valid
            ? 'Drop the invalid index, build it again concurrently, then make it the constraint.'
            : 'Build a plain unique index over the columns concurrently and use that one.',
        sql: usable
          ? script(
              indexBuiltOnline(context, backingIndex(table, columns, name, index)),
              `ALTER TABLE ${table} ADD CONSTRAINT ${label} ${kind} USING INDEX ${quoteIdentifier(name)}`,
            )
          : null,
      },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text); CREATE UNIQUE INDEX part ON orders (code) WHERE code IS NOT NULL; CREATE UNIQUE INDEX expr ON orders (lower(code)); CREATE UNIQUE INDEX descending ON orders (code DESC); CREATE UNIQUE INDEX plain ON orders (code);',
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE USING INDEX part;', fails: '42809' },
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE USING INDEX expr;', fails: '42809' },
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE USING INDEX descending;', fails: '42809' },
  ],
  good: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE USING INDEX plain;' }],
});
