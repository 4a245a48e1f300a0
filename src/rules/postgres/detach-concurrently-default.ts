import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'DETACH CONCURRENTLY that PostgreSQL refuses',
  why: 'DETACH … CONCURRENTLY fails with 55000 beside a DEFAULT partition, and with 25001 in a transaction.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['concurrently-in-transaction', 'concurrently-in-multi-statement-file', 'tx-forbidden-statement'],
  on: ['detachPartition'],
  check(change, context) {
    if (!change.concurrently) return null;
    const existing = context.catalog.defaultPartition(change.table);
    if (!existing && !context.transaction.open) return null;
    return {
      relation: change.table,
      why:
        existing && !context.transaction.open
          ? `The migration fails with 55000: ${existing} is the DEFAULT partition of ${change.table}.`
          : 'The migration fails with 25001: DETACH CONCURRENTLY cannot run in a transaction.',
      fix: existing
        ? {
            summary: 'Detach plainly under a short lock_timeout, and try again when it gives up.',
            sql: underLockTimeout(`ALTER TABLE ${change.table} DETACH PARTITION ${change.partition};`),
          }
        : {
            summary: 'Run it in a migration of its own that is not wrapped in a transaction.',
            sql: `ALTER TABLE ${change.table} DETACH PARTITION ${change.partition} CONCURRENTLY;`,
          },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');`,
  bad: [
    {
      setup: 'CREATE TABLE events_rest PARTITION OF events DEFAULT;',
      sql: 'ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;',
      transaction: 'none',
      fails: '55000',
    },
    { sql: 'ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;', fails: '25001' },
  ],
  good: [{ sql: 'ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;', transaction: 'none' }],
});
