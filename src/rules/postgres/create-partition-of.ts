import { defineRule } from '../rule.js';
import { hasLockTimeout } from '../support/lock-timeout.js';
import { writtenBound } from '../support/partition-bound.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'CREATE TABLE … PARTITION OF locks the whole partitioned table',
  why: 'PARTITION OF takes an ACCESS EXCLUSIVE lock on the parent: it waits behind every query on any partition, and later ones wait behind it.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['createTable'],
  check(change, context) {
    if (!change.partitionOf || hasLockTimeout(context) || context.effects.error || (change.ifNotExists && context.relation(change.table)))
      return null;
    const { parent } = change.partitionOf;
    const bound = writtenBound(context.statement.sql);
    const plain = bound && change.columns.length === 0 && change.constraints.length === 0 && !change.partitionBy;
    return {
      relation: parent,
      why: `Reads and writes of ${parent} wait behind the new partition while it waits for the queries that run now.`,
      fix: {
        summary: 'Make the table on its own and attach it: that lets reads and writes of the parent go on.',
        sql: plain
          ? `CREATE TABLE ${change.table} (LIKE ${parent} INCLUDING ALL EXCLUDING IDENTITY);\nALTER TABLE ${parent} ATTACH PARTITION ${change.table} ${bound};`
          : null,
      },
    };
  },
  setup: 'CREATE TABLE events (id bigint NOT NULL, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);',
  bad: [{ sql: "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');" }],
  good: [
    {
      sql: "CREATE TABLE events_2024 (LIKE events INCLUDING ALL); ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    },
    { sql: "SET lock_timeout = '2s'; CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');" },
    {
      sql: 'CREATE TABLE logs (id bigint) PARTITION BY HASH (id); CREATE TABLE logs_0 PARTITION OF logs FOR VALUES WITH (MODULUS 1, REMAINDER 0);',
    },
  ],
});
