import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'INHERIT locks everybody out of the child for a moment',
  why: 'INHERIT and NO INHERIT take an ACCESS EXCLUSIVE lock on the child, and queries on the parent begin or cease to see its rows.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['inherit'],
  check(change, context) {
    return briefLock(
      context,
      change.table,
      `Queries on ${change.table} wait behind the change; then its rows ${change.remove ? 'vanish from' : 'appear in'} queries on ${change.parent}.`,
    );
  },
  setup: 'CREATE TABLE base (id bigint); CREATE TABLE child () INHERITS (base); CREATE TABLE single (id bigint);',
  bad: [{ sql: 'ALTER TABLE single INHERIT base;' }, { sql: 'ALTER TABLE child NO INHERIT base;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE child NO INHERIT base;" },
    { sql: 'CREATE TABLE fresh (id bigint); ALTER TABLE fresh INHERIT base;' },
  ],
});
