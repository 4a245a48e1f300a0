import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { statementText } from '../support/statement-text.js';
import { firstBlocked, strongLockKinds } from '../support/strong-lock-kinds.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'No lock_timeout: traffic queues behind the migration',
  why: 'A statement that waits for a strong lock lets nobody past: while it waits for one long query, every later query on the table waits as well.',
  source: 'measured: PostgreSQL 14 to 18',
  on: strongLockKinds,
  check(_change, context) {
    if (context.session.lockTimeoutMs !== null || hasLockTimeout(context)) return null;
    const table = firstBlocked(context);
    if (table === null) return null;
    return {
      relation: table,
      why: `If a query or a transaction on ${table} runs for long, this migration waits for it, and everybody else waits behind the migration.`,
      fix: {
        summary: 'Set lock_timeout before the first such statement, and run the migration again when it gives up.',
        sql: underLockTimeout(statementText(context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN note text;' }, { sql: "ALTER TABLE orders ADD COLUMN note text; SET lock_timeout = '2s';" }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN note text;" },
    { sql: 'CREATE TABLE fresh (id int); ALTER TABLE fresh ADD COLUMN note text;' },
    { sql: 'CREATE INDEX CONCURRENTLY orders_again ON orders (id);', transaction: 'none' },
  ],
});
