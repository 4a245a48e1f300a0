import { defineRule } from '../rule.js';
import { notNullInSteps } from '../support/constraint-sql.js';
import { besides, shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'PRIMARY KEY USING INDEX reads the table: its columns are nullable',
  why: 'The index is there, but the key makes its columns NOT NULL, and that is proven by reading every row under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['nulls'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (constraint.kind !== 'primaryKey' || !constraint.usingIndex || context.effects.scans.length === 0 || context.effects.error)
      return null;
    const index = context.catalog.indexes.get(besides(table, constraint.usingIndex));
    const nullable = (index?.keys ?? []).flatMap((key) =>
      key.column !== null && !context.catalog.column(table, key.column)?.notNull ? [key.column] : [],
    );
    return {
      relation: table,
      needs: index ? ['nulls'] : ['schema', 'nulls'],
      why: `Every read and write of ${shown(table)} waits until all rows are checked for NULL${nullable.length > 0 ? ` in ${nullable.join(', ')}` : ''}.`,
      fix: {
        summary: 'Make the columns NOT NULL first, by a constraint that is validated while reads and writes go on.',
        sql:
          nullable.length > 0
            ? script(
                nullable.flatMap((column) => notNullInSteps(context, table, column)),
                ownSql(context),
              )
            : null,
      },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint, number bigint NOT NULL); CREATE UNIQUE INDEX orders_id_idx ON orders (id); CREATE UNIQUE INDEX orders_number_idx ON orders (number);',
  bad: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY USING INDEX orders_id_idx;' }],
  good: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY USING INDEX orders_number_idx;' }],
});
