import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Foreign key column with a default checks every row under ACCESS EXCLUSIVE',
  why: 'With a default every row holds a value, so the key is validated row by row while the table is closed to reads and writes and the referenced one to writes.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    const parent = definition.constraints.find((constraint) => constraint.kind === 'foreignKey')?.references?.table;
    if (!parent || !definition.default || context.effects.scans.length + context.effects.rewrites.length === 0) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)}, and every write to ${shown(parent)}, waits until all rows of ${shown(table)} are checked.`,
      fix: {
        summary: 'Add the column with its default, the foreign key NOT VALID, and validate it afterwards.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE customers (id bigint PRIMARY KEY); INSERT INTO customers VALUES (1); CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN customer_id bigint DEFAULT 1 REFERENCES customers (id);' }],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers (id);' }],
});
