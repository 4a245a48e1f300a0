import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Stored generated column rewrites the table',
  why: 'A STORED generated column is computed for every existing row: the table and its indexes are written anew under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (!definition.generated?.stored || context.effects.rewrites.length === 0) return null;
    const virtual = context.version >= 18 ? ' From PostgreSQL 18 on a VIRTUAL column, computed when read, costs nothing.' : '';
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until ${definition.name} is computed for all rows and the table is written anew.`,
      fix: {
        summary: `Use a plain column that a trigger keeps filled, and fill old rows in batches.${virtual}`,
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net numeric, tax numeric);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net + tax) STORED;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net + tax) VIRTUAL;', versions: [18, 18] },
    { sql: 'ALTER TABLE orders ADD COLUMN gross numeric;' },
  ],
});
