import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';
import { typeBefore } from '../support/type-change.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Change of type that touches the catalog alone',
  why: 'Longer varchar, varchar to text, more digits of numeric at the same scale, cidr to inet and a few others need neither rewrite nor index build; the lock is ACCESS EXCLUSIVE, but brief.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['alterColumnType'],
  check(change, context) {
    const { rewrites, scans, indexBuilds } = context.effects;
    if (rewrites.length + scans.length + indexBuilds.length > 0) return null;
    return briefLock(
      context,
      change.table,
      `While the ALTER waits for its lock, reads and writes of ${shown(change.table)} wait too; ${typeBefore(change, context)} to ${change.type} itself takes no time.`,
    );
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20));',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);' }, { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders ALTER COLUMN code TYPE text;" },
    { sql: 'ALTER TABLE orders ALTER COLUMN id TYPE integer;' },
  ],
});
