import { defineRule } from '../rule.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Database is dropped',
  why: 'Everything in it is lost at once. It cannot run in a transaction either (25001).',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropDatabase'],
  check({ database }) {
    return {
      destructive: true,
      why: `Every table of ${database} is lost, and every client of it fails.`,
      fix: { summary: 'Take it out of the migration: dropping a database is an act of its own, by hand, after a backup.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'DROP DATABASE reports;', transaction: 'none', unrunnable: 'it would drop a database of the server that the tests share' }],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
});
