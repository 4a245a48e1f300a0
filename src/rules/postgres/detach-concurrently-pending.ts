import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'DETACH CONCURRENTLY may be cancelled half way',
  why: 'A DETACH … CONCURRENTLY that a timeout cancels leaves the partition pending: its rows are gone from the parent, and nothing else can be attached or detached before DETACH … FINALIZE.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['detachPartition'],
  check(change, context) {
    const timeout = context.session.statementTimeoutMs ?? context.facts?.statementTimeoutMs ?? 0;
    if (!change.concurrently || change.finalize || timeout <= 0 || context.transaction.open || context.effects.error) return null;
    return {
      relation: change.table,
      why: `If statement_timeout (${timeout} ms) cancels it while it waits for old queries on ${change.table}, ${change.partition} stays half detached until somebody runs FINALIZE.`,
      fix: {
        summary: 'Switch statement_timeout off for this statement; after an interruption run ALTER TABLE … DETACH PARTITION … FINALIZE.',
        sql: `SET statement_timeout = 0;\n${statementText(context)}\nRESET statement_timeout;`,
      },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');`,
  bad: [{ sql: "SET statement_timeout = '30s'; ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;", transaction: 'none' }],
  good: [
    { sql: 'ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;', transaction: 'none' },
    { sql: 'SET statement_timeout = 0; ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;', transaction: 'none' },
  ],
});
