import { defineRule } from '../rule.js';
import { keyBuiltOnline } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'UNIQUE builds its index under ACCESS EXCLUSIVE',
  why: 'ADD CONSTRAINT … UNIQUE reads the whole table and builds the index while nobody can read or write it; one duplicate stops it (23505).',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['duplicates'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (
      constraint.kind !== 'unique' ||
      constraint.usingIndex ||
      constraint.temporal ||
      context.effects.indexBuilds.length === 0 ||
      context.effects.error
    )
      return null;
    return {
      relation: table,
      needs: ['duplicates'],
      why: `Every read and write of ${shown(table)} waits until the index on ${constraint.columns.join(', ')} is built; one duplicate stops the migration.`,
      fix: {
        summary: 'Build the unique index concurrently, in a migration that runs outside a transaction, then make it the constraint.',
        sql: script(keyBuiltOnline(context, table, constraint)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE (code);' },
    { sql: 'ALTER TABLE orders ADD UNIQUE (code);', rows: "INSERT INTO orders VALUES (1, 'a'), (2, 'a');", fails: '23505' },
  ],
  good: [
    {
      sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_code_idx ON orders (code); ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE USING INDEX orders_code_idx;',
      transaction: 'none',
    },
    { sql: 'CREATE TABLE notes (code text); ALTER TABLE notes ADD UNIQUE (code);' },
  ],
});
