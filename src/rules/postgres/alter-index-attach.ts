import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Attaching an index locks out queries on the partition for a moment',
  why: 'ALTER INDEX ATTACH PARTITION takes an ACCESS EXCLUSIVE lock on the index of the partition, which every query on it needs for planning.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['attachIndex'],
  check(change, context) {
    const table = context.catalog.indexes.get(change.child)?.table;
    return briefLock(
      context,
      table,
      `Queries on ${table ?? `the table of ${change.child}`} wait behind the attachment while it waits for those that run now.`,
    );
  },
  setup: `CREATE TABLE parts (id bigint, v int) PARTITION BY RANGE (id); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
    CREATE INDEX parts_v ON ONLY parts (v); CREATE INDEX parts_1_v ON parts_1 (v);`,
  bad: [{ sql: 'ALTER INDEX parts_v ATTACH PARTITION parts_1_v;' }],
  good: [{ sql: "SET lock_timeout = '2s'; ALTER INDEX parts_v ATTACH PARTITION parts_1_v;" }],
});
