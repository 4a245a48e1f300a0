import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Serial column rewrites the table',
  why: 'A serial column numbers every existing row: the table and its indexes are written anew under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (!definition.serial || context.effects.rewrites.length === 0) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until each of its rows has a number in ${definition.name} and the table is written anew.`,
      fix: {
        summary: 'Add a plain column and a sequence of its own, default to it for new rows, then number old rows in batches.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN number bigserial;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN number bigint;' },
    { sql: 'CREATE TABLE tickets (id text); ALTER TABLE tickets ADD COLUMN number bigserial;' },
  ],
});
