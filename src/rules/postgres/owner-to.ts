import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Change of owner locks everybody out for a moment',
  why: 'OWNER TO takes an ACCESS EXCLUSIVE lock; the old owner may lose the right to read, write and change the table.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['changeOwner'],
  check(change, context) {
    if (!['table', 'view', 'materializedView', 'sequence', 'foreignTable'].includes(change.objectKind)) return null;
    return briefLock(
      context,
      change.name,
      `Queries on ${change.name} wait behind the change while it waits for those that run now; roles that relied on owning it lose their rights.`,
    );
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders OWNER TO CURRENT_USER;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders OWNER TO CURRENT_USER;" },
    { sql: 'CREATE TABLE fresh (id int); ALTER TABLE fresh OWNER TO CURRENT_USER;' },
  ],
});
