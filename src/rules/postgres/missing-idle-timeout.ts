import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';
import { firstBlocked, strongLockKinds } from '../support/strong-lock-kinds.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'No idle_in_transaction_session_timeout',
  why: 'A runner that hangs or loses its network between two statements keeps the locks of the open transaction until somebody ends the session.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  quiet: true,
  on: strongLockKinds,
  check(_change, context) {
    if (!context.transaction.open || context.session.idleInTransactionTimeoutMs !== null) return null;
    const table = firstBlocked(context);
    if (table === null) return null;
    return {
      relation: table,
      why: `If the runner hangs after this statement, traffic on ${table} waits until its session is ended by hand.`,
      fix: {
        summary: 'Let the server end the session.',
        sql: `SET idle_in_transaction_session_timeout = '10s';\n${statementText(context)}`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
  good: [
    { sql: "SET idle_in_transaction_session_timeout = '10s'; ALTER TABLE orders ADD COLUMN note text;" },
    { sql: 'ALTER TABLE orders ADD COLUMN note text;', transaction: 'none' },
  ],
});
