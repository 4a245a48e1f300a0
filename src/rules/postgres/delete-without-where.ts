import { defineRule } from '../rule.js';
import { firstBatch } from '../support/row-batch.js';

export default defineRule({
  category: 'rows',
  severity: 'high',
  title: 'DELETE of every row',
  why: 'All rows go in one transaction, which no down migration brings back; the space stays, foreign keys are checked row by row.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['delete'],
  check(change, context) {
    if (change.where.present || change.query.relations.length > 0 || context.effects.error) return null;
    return {
      relation: change.table,
      destructive: true,
      why: `Every row of ${change.table} is gone, and updates of them by the application wait until it commits.`,
      fix: {
        summary: 'Keep a copy, and delete in batches along the primary key, each in a transaction of its own.',
        sql: firstBatch(context, change.table, 'keep'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: 'DELETE FROM orders;' }],
  good: [{ sql: 'DELETE FROM orders WHERE id BETWEEN 1 AND 1000;' }, { sql: 'CREATE TABLE fresh (id int); DELETE FROM fresh;' }],
});
