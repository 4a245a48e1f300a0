import { defineRule } from '../rule.js';
import { firstBatch } from '../support/row-batch.js';

export default defineRule({
  category: 'rows',
  severity: 'high',
  title: 'Whole table updated in one statement',
  why: 'Every row is written anew and stays locked until commit: concurrent updates wait, the table doubles, replicas fall behind.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['update'],
  check(change, context) {
    if (change.where.tautology || change.where.bounded || context.effects.error) return null;
    const isBackfill =
      change.where.present && change.where.columns.length > 0 && change.where.columns.every((column) => change.columns.includes(column));
    if (change.where.present && !isBackfill) return null;
    return {
      relation: change.table,
      severity: isBackfill ? 'medium' : 'high',
      why: `Every row ${isBackfill ? 'that the condition keeps ' : ''}of ${change.table} is written anew in one transaction: updates of the application wait for it to commit, and replicas fall behind.`,
      fix: {
        summary: 'Update in batches along the primary key, each in a transaction of its own, outside the schema migration.',
        sql: firstBatch(context, change.table, 'keep'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, total numeric);',
  bad: [{ sql: "UPDATE orders SET code = 'x';" }, { sql: "UPDATE orders SET code = 'x' WHERE code IS NULL;" }],
  good: [
    { sql: "UPDATE orders SET code = 'x' WHERE id BETWEEN 1 AND 1000;" },
    { sql: "UPDATE orders SET code = 'x' WHERE total < 0;" },
    { sql: 'CREATE TABLE fresh (id int); UPDATE fresh SET id = 1;' },
  ],
});
