import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Dropping a partition locks the whole partitioned table',
  why: 'DROP TABLE of an attached partition takes an ACCESS EXCLUSIVE lock on the parent, and on the DEFAULT partition; its rows are gone.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropTable'],
  check(change, context) {
    const parent = context.relation(change.table)?.partitionOf?.parent;
    const parentGoes = context.statement.changes.some((other) => other.kind === 'dropTable' && other.table === parent);
    if (!parent || parentGoes || hasLockTimeout(context) || context.effects.error || context.isNew(change.table)) return null;
    return {
      relation: parent,
      destructive: true,
      why: `Reads and writes of ${parent} wait behind the drop while it waits for the queries that run now; the rows of ${change.table} are gone.`,
      fix: context.catalog.defaultPartition(parent)
        ? {
            summary: 'Keep a copy of its rows; drop it under a short lock_timeout and try again when it gives up.',
            sql: underLockTimeout(statementText(context)),
          }
        : {
            summary: 'Detach it concurrently first, outside a transaction; keep a copy of its rows, and drop it in a later migration.',
            sql: `ALTER TABLE ${parent} DETACH PARTITION ${change.table} CONCURRENTLY;\nDROP TABLE ${change.table};`,
          },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');`,
  bad: [{ sql: 'DROP TABLE events_2023;' }],
  good: [
    { sql: 'ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY; DROP TABLE events_2023;', transaction: 'none' },
    { sql: "SET lock_timeout = '2s'; DROP TABLE events_2023;" },
  ],
});
