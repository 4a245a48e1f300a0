import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'New trigger: writes wait for its lock, then pay for it',
  why: 'CREATE TRIGGER takes a SHARE ROW EXCLUSIVE lock on the table; a row trigger then runs for every row that is written.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['createTrigger'],
  check(change, context) {
    return briefLock(
      context,
      change.table,
      `Writes to ${change.table} wait behind the new trigger while it waits for transactions that write now${change.row ? '; afterwards every written row runs it' : ''}.`,
    );
  },
  setup: 'CREATE TABLE orders (id bigint); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
  bad: [{ sql: 'CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();' }],
  good: [
    { sql: "SET lock_timeout = '2s'; CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();" },
    { sql: 'CREATE TABLE fresh (id int); CREATE TRIGGER fresh_stamp BEFORE UPDATE ON fresh FOR EACH ROW EXECUTE FUNCTION stamp();' },
  ],
});
