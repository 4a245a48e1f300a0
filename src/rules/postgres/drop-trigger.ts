import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Dropping a trigger locks everybody out for a moment',
  why: 'DROP TRIGGER takes an ACCESS EXCLUSIVE lock: it waits behind every reader, and later ones wait behind it.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['dropTrigger'],
  check(change, context) {
    if (context.relation(change.table)?.known && !context.relation(change.table)?.triggers.has(change.trigger)) return null;
    return briefLock(
      context,
      change.table,
      `Reads and writes of ${change.table} wait behind the drop while it waits for the queries that run now; what ${change.trigger} did, nothing does any more.`,
    );
  },
  setup: `CREATE TABLE orders (id bigint); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();`,
  bad: [{ sql: 'DROP TRIGGER orders_stamp ON orders;' }],
  good: [{ sql: "SET lock_timeout = '2s'; DROP TRIGGER orders_stamp ON orders;" }, { sql: 'DROP TRIGGER IF EXISTS other ON orders;' }],
});
