import { defineRule } from '../rule.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'CLUSTER writes the whole table anew while everything waits',
  why: 'CLUSTER copies the table in the order of an index under an ACCESS EXCLUSIVE lock, and rebuilds every index.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['cluster'],
  check(change, context) {
    if (context.effects.error) return null;
    return {
      relation: change.table ?? undefined,
      why: `Reads and writes of ${change.table ?? 'every clustered table, one after the other,'} wait until it is copied.`,
      fix: {
        summary: 'Let pg_repack order the table outside the migration, or leave it: new rows are not kept in order anyway.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'CLUSTER orders USING orders_pkey;' }],
  good: [
    { sql: 'ALTER TABLE orders CLUSTER ON orders_pkey;' },
    { sql: 'CREATE TABLE fresh (id int PRIMARY KEY); CLUSTER fresh USING fresh_pkey;' },
  ],
});
