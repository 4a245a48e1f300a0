import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Rule changed: everybody waits, then statements mean something else',
  why: 'CREATE RULE and DROP RULE take an ACCESS EXCLUSIVE lock; a rule rewrites the statements of the application, often not as expected.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['createRule', 'dropRule'],
  check(change, context) {
    return briefLock(
      context,
      change.table,
      `Reads and writes of ${change.table} wait behind the change while it waits for the queries that run now; then ${change.rule} ${change.kind === 'createRule' ? 'rewrites' : 'no longer rewrites'} statements on it. A trigger says the same more plainly.`,
    );
  },
  setup: 'CREATE TABLE orders (id bigint); CREATE RULE orders_quiet AS ON DELETE TO orders DO INSTEAD NOTHING;',
  bad: [{ sql: 'CREATE RULE orders_keep AS ON UPDATE TO orders DO INSTEAD NOTHING;' }, { sql: 'DROP RULE orders_quiet ON orders;' }],
  good: [{ sql: "SET lock_timeout = '2s'; DROP RULE orders_quiet ON orders;" }],
});
