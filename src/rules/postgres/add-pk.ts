import { defineRule } from '../rule.js';
import { notNullInSteps } from '../support/constraint-sql.js';
import { keyBuiltOnline } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'PRIMARY KEY builds its index under ACCESS EXCLUSIVE',
  why: 'ADD PRIMARY KEY reads the whole table for NULL and duplicates and builds the index while nobody can read or write it.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['duplicates', 'nulls'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (
      constraint.kind !== 'primaryKey' ||
      constraint.usingIndex ||
      constraint.temporal ||
      context.effects.indexBuilds.length === 0 ||
      context.effects.error
    )
      return null;
    const nullable = constraint.columns.filter((column) => !context.catalog.column(table, column)?.notNull);
    return {
      relation: table,
      needs: nullable.length > 0 ? ['duplicates', 'nulls'] : ['duplicates'],
      why: `Every read and write of ${shown(table)} waits until ${nullable.length > 0 ? 'all rows are checked for NULL and ' : ''}the index on ${constraint.columns.join(', ')} is built.`,
      fix: {
        summary:
          'Build the unique index concurrently, make the columns NOT NULL by a constraint that is validated, then make the index the key.',
        sql: script(
          nullable.flatMap((column) => notNullInSteps(context, table, column)),
          keyBuiltOnline(context, table, constraint),
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, number bigint NOT NULL);',
  bad: [{ sql: 'ALTER TABLE orders ADD PRIMARY KEY (id);' }, { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY (number);' }],
  good: [
    {
      sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_number_idx ON orders (number); ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_number_idx;',
      transaction: 'none',
    },
    { sql: 'CREATE TABLE notes (id bigint); ALTER TABLE notes ADD PRIMARY KEY (id);' },
  ],
});
