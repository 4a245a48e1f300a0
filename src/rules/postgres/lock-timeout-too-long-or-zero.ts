import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';
import { statementText } from '../support/statement-text.js';
import { firstBlocked, strongLockKinds } from '../support/strong-lock-kinds.js';

/** Longer than most users wait for an answer. */
const longestMilliseconds = 10_000;

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'lock_timeout is off or so long that users feel it',
  why: 'While a statement waits for a strong lock everybody else waits behind it: lock_timeout is how long that outage may last. 0 means without end.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
  on: strongLockKinds,
  check(_change, context) {
    const timeout = context.session.lockTimeoutMs;
    if (timeout === null || (timeout > 0 && timeout <= longestMilliseconds)) return null;
    const table = firstBlocked(context);
    if (table === null) return null;
    return {
      relation: table,
      why: `Reads and writes of ${table} may wait ${timeout === 0 ? 'for as long as the slowest query runs' : `up to ${Math.round(timeout / 1000)} seconds`} behind this migration.`,
      fix: { summary: 'Wait two seconds or so, and try again.', sql: underLockTimeout(statementText(context)) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'SET lock_timeout = 0; ALTER TABLE orders ADD COLUMN note text;' },
    { sql: "SET lock_timeout = '10min'; ALTER TABLE orders ADD COLUMN note text;" },
  ],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN note text;" },
    { sql: 'SET lock_timeout = 0; CREATE INDEX CONCURRENTLY orders_code ON orders (code);', transaction: 'none' },
  ],
});
