import { defineRule } from '../rule.js';
import { firstBatch } from '../support/row-batch.js';

export default defineRule({
  category: 'rows',
  severity: 'high',
  title: 'WHERE that keeps every row',
  why: 'A condition like 1 = 1 satisfies tools that ask for a WHERE, and changes the whole table all the same.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['update', 'delete'],
  check(change, context) {
    if (!change.where.tautology || context.effects.error) return null;
    return {
      relation: change.table,
      destructive: change.kind === 'delete',
      why: `Every row of ${change.table} is ${change.kind === 'delete' ? 'deleted' : 'written anew'} in one transaction.`,
      fix: {
        summary: 'Write the condition that is meant, or go through the table in batches along the primary key.',
        sql: firstBatch(context, change.table, 'replace'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: "UPDATE orders SET code = 'x' WHERE 1 = 1;" },
    { sql: 'DELETE FROM orders WHERE true;' },
    { sql: 'DELETE FROM orders WHERE id = id;' },
  ],
  good: [{ sql: "UPDATE orders SET code = 'x' WHERE id = 1;" }],
});
