import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Volatile default rewrites the table',
  why: 'ADD COLUMN with a volatile default computes a value for every row: the table and all its indexes are written anew under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (
      definition.default?.volatility !== 'volatile' ||
      definition.default.functions.includes('nextval') ||
      context.effects.rewrites.length === 0
    )
      return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until all its rows and indexes are written anew to fill ${definition.name}.`,
      fix: {
        summary: 'Add the column bare, then its default for new rows, then fill old rows in batches.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();' },
    { sql: 'ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT clock_timestamp();' },
    { sql: 'ALTER TABLE orders ADD COLUMN lots double precision[] DEFAULT ARRAY[random()];' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT now();' },
    { sql: 'ALTER TABLE orders ADD COLUMN token uuid; ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();' },
    { sql: 'CREATE TABLE tokens (id bigint); ALTER TABLE tokens ADD COLUMN token uuid DEFAULT gen_random_uuid();' },
  ],
});
