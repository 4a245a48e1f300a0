import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'SET LOCAL outside a transaction does nothing',
  why: 'SET LOCAL holds until the end of the transaction; without one it ends with its own statement, with no more than a WARNING.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['set'],
  check(change, context) {
    if (!change.local || context.transaction.open) return null;
    return {
      why: `The statements that follow run without the ${change.name} that was meant to protect the traffic.`,
      fix: {
        summary: 'Use SET for the session, or open a transaction first.',
        sql: statementText(context).replace(/\bSET\s+LOCAL\b/i, 'SET'),
      },
    };
  },
  bad: [{ sql: "SET LOCAL lock_timeout = '2s'; CREATE TABLE orders (id int);", transaction: 'none' }],
  good: [
    { sql: "SET LOCAL lock_timeout = '2s'; CREATE TABLE orders (id int);" },
    { sql: "BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT;", transaction: 'none' },
    { sql: "SET lock_timeout = '2s';", transaction: 'none' },
  ],
});
