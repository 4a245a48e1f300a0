import { defineRule } from '../rule.js';
import { firstBatch } from '../support/row-batch.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'UPDATE of the partition key moves rows between partitions',
  why: 'A row whose key leaves the bound is deleted in one partition and inserted in another: its triggers fire as for that, concurrent updates of it fail, and it fails where no partition takes it.',
  source: 'https://www.postgresql.org/docs/current/sql-update.html#SQL-UPDATE-NOTES',
  on: ['update'],
  check(change, context) {
    const moved = context.relation(change.table)?.partitionBy?.columns.filter((column) => change.columns.includes(column)) ?? [];
    if (moved.length === 0) return null;
    const sql = change.where.bounded ? null : firstBatch(context, change.table, 'keep');
    return {
      relation: change.table,
      why: `Rows of ${change.table} move to other partitions by ${listed(moved)}; statements of the application that update one of them meanwhile fail with 40001.`,
      fix: { summary: 'Move few rows at a time, each batch in a transaction of its own, at a quiet hour.', sql },
    };
  },
  setup: `CREATE TABLE events (id bigint NOT NULL, day date NOT NULL, note text) PARTITION BY RANGE (day);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01'); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');`,
  bad: [{ sql: "UPDATE events SET day = day + 365 WHERE note = 'late';" }],
  good: [{ sql: "UPDATE events SET note = 'x' WHERE id = 1;" }],
});
