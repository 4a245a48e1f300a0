import { defineRule } from '../rule.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'VACUUM cannot run in a transaction',
  why: 'VACUUM fails with 25001 inside a transaction, and so in a file that the runner wraps or sends as one string.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['vacuum-full', 'missing-lock-timeout'],
  on: ['vacuum'],
  check(change, context) {
    if (!context.transaction.open) return null;
    return {
      relation: change.tables[0],
      why: 'The migration fails with 25001 and is rolled back as a whole.',
      fix: {
        summary: 'Run it outside a transaction, in a migration of its own; if only statistics matter, ANALYZE may stay.',
        sql: change.tables.length > 0 ? `VACUUM (ANALYZE) ${change.tables.join(', ')};` : 'VACUUM (ANALYZE);',
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'VACUUM orders;', fails: '25001' },
    { sql: 'VACUUM orders; SELECT 1;', transaction: 'one-string', fails: '25001' },
  ],
  good: [{ sql: 'VACUUM orders;', transaction: 'none' }, { sql: 'ANALYZE orders;' }],
});
