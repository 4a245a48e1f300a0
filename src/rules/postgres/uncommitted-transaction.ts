import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'Transaction that is not ended, or ended behind the runner’s back',
  why: 'BEGIN without COMMIT is rolled back when the session ends. COMMIT or ROLLBACK inside the transaction of the runner splits the migration: a later failure leaves half of it.',
  source: 'https://www.postgresql.org/docs/current/sql-begin.html',
  on: ['transaction'],
  check(change, context) {
    if (change.action === 'begin') {
      if (context.transaction.origin === 'runner') return null;
      const ends = context.after.some((statement) =>
        statement.changes.some(
          (later) =>
            later.kind === 'transaction' && (later.action === 'commit' || later.action === 'rollback' || later.action === 'prepare'),
        ),
      );
      if (ends) return null;
      return {
        severity: 'high',
        why: 'Nothing commits the transaction: its changes vanish with the session, or stay open with their locks.',
        fix: {
          summary: 'End it with COMMIT.',
          sql: `BEGIN;\n${context.after.map((statement) => `${withoutSemicolon(statement.sql)};\n`).join('')}COMMIT;`,
        },
      };
    }
    if ((change.action !== 'commit' && change.action !== 'rollback') || context.transaction.origin !== 'runner') return null;
    return {
      severity: context.after.length > 0 ? 'medium' : 'low',
      why: `${change.action === 'commit' ? 'COMMIT' : 'ROLLBACK'} ends the transaction that the runner has opened: ${context.after.length > 0 ? 'what follows commits on its own, and a failure there leaves half a migration' : 'whether the migration is recorded no longer goes with its changes'}.`,
      fix: { summary: 'Leave transactions to the runner; put what must commit separately into a migration of its own.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [
    { sql: 'BEGIN; ALTER TABLE orders ADD COLUMN note text;', transaction: 'none' },
    { sql: 'ALTER TABLE orders ADD COLUMN note text; COMMIT; ALTER TABLE orders ADD COLUMN more text;' },
  ],
  good: [
    { sql: 'BEGIN; ALTER TABLE orders ADD COLUMN note text; COMMIT;', transaction: 'none' },
    { sql: 'ALTER TABLE orders ADD COLUMN note text;' },
  ],
});
