import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'UNIQUE at a new column builds its index under ACCESS EXCLUSIVE',
  why: 'ADD COLUMN … UNIQUE reads the whole table and builds the index while nobody can read or write it.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (!definition.constraints.some((constraint) => constraint.kind === 'unique') || context.effects.indexBuilds.length === 0) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until the index on ${definition.name} is built.`,
      fix: {
        summary: 'Add the column, build the unique index concurrently outside a transaction, then make it the constraint.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN code text UNIQUE;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN code text;' },
    { sql: 'CREATE TABLE codes (id bigint); ALTER TABLE codes ADD COLUMN code text UNIQUE;' },
  ],
});
