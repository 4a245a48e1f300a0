import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Default calls a function of your own that may be volatile',
  why: 'Functions are volatile unless declared otherwise, and a volatile default rewrites the table. Only a one-line SQL function that calls nothing volatile does not.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (definition.default?.volatility !== 'unknown' || context.effects.rewrites.length === 0) return null;
    const isKnown = context.catalog.volatilityOf(definition.default) !== 'unknown';
    const called = definition.default.functions.join(', ');
    return {
      relation: table,
      needs: isKnown ? [] : ['functionVolatility'],
      why: `${called} ${isKnown ? 'is volatile' : 'may be volatile'}: every read and write of ${shown(table)} then waits until all its rows are written anew.`,
      fix: {
        summary: 'Add the column bare, then its default for new rows, then fill old rows in batches.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: `CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION next_code() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN md5(random()::text); END $$;
CREATE FUNCTION fixed_code() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 'x'; END $$;
CREATE FUNCTION plain_code() RETURNS text LANGUAGE sql AS $$ SELECT 'x'::text $$;`,
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN code text DEFAULT next_code();' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN code text DEFAULT fixed_code();' },
    { sql: 'ALTER TABLE orders ADD COLUMN code text DEFAULT plain_code();' },
  ],
});
