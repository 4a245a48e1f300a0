import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'DETACH PARTITION locks the whole partitioned table',
  why: 'DETACH takes an ACCESS EXCLUSIVE lock on the parent, on the partition and on the DEFAULT partition.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['detachPartition'],
  check(change, context) {
    if (change.concurrently || change.finalize || hasLockTimeout(context) || context.effects.error) return null;
    const existing = context.catalog.defaultPartition(change.table);
    return {
      relation: change.table,
      why: `Reads and writes of ${change.table} wait behind the change while it waits for the queries that run now.`,
      fix: existing
        ? {
            summary: 'CONCURRENTLY is not possible beside a DEFAULT partition: give up quickly with lock_timeout and try again.',
            sql: underLockTimeout(statementText(context)),
          }
        : {
            summary: 'Detach it concurrently, in a migration of its own that runs outside a transaction.',
            sql: `ALTER TABLE ${change.table} DETACH PARTITION ${change.partition} CONCURRENTLY;`,
          },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');`,
  bad: [
    { sql: 'ALTER TABLE events DETACH PARTITION events_2023;' },
    { setup: 'CREATE TABLE events_rest PARTITION OF events DEFAULT;', sql: 'ALTER TABLE events DETACH PARTITION events_2023;' },
  ],
  good: [
    { sql: 'ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;', transaction: 'none' },
    { sql: "SET lock_timeout = '2s'; ALTER TABLE events DETACH PARTITION events_2023;" },
  ],
});
