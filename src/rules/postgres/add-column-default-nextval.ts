import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Default from a sequence rewrites the table',
  why: 'nextval() is volatile: every existing row gets a number, so the table and its indexes are written anew under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (!definition.default?.functions.includes('nextval') || context.effects.rewrites.length === 0) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until each of its rows has a number in ${definition.name} and the table is written anew.`,
      fix: {
        summary: 'Add the column bare, then its default for new rows, then number old rows in batches.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE SEQUENCE order_number;',
  bad: [{ sql: "ALTER TABLE orders ADD COLUMN number bigint NOT NULL DEFAULT nextval('order_number');" }],
  good: [
    { sql: "ALTER TABLE orders ADD COLUMN number bigint; ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('order_number');" },
  ],
});
