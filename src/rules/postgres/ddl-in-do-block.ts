import { defineRule } from '../rule.js';

export default defineRule({
  category: 'coverage',
  severity: 'medium',
  title: 'DO block runs SQL that the text does not show',
  why: 'EXECUTE of a string that is put together at run time may lock, rewrite or drop anything; no reading of the file can tell.',
  source: 'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN',
  on: ['doBlock'],
  check(change) {
    if (change.readable && !change.dynamic) return null;
    return {
      why: change.readable
        ? 'What EXECUTE runs is known only when it runs: its locks and losses are not in this verdict.'
        : `The block in ${change.language} could not be read: its locks and losses are not in this verdict.`,
      needs: ['schema'],
      fix: { summary: 'Write the statements out, one for each table, or rehearse the migration on a copy.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [{ sql: "DO $$ DECLARE t text := 'orders'; BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN note text', t); END $$;" }],
  good: [{ sql: "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN note text'; END $$;" }, { sql: 'DO $$ BEGIN PERFORM 1; END $$;' }],
});
