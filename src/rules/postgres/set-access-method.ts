import { defineRule } from '../rule.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'SET ACCESS METHOD writes the whole table anew',
  why: 'A change to another table access method copies the table and its indexes under an ACCESS EXCLUSIVE lock.',
  source: 'measured: PostgreSQL 15 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['setAccessMethod'],
  check(change, context) {
    const relation = context.relation(change.table);
    if (context.effects.error || relation?.kind === 'partitionedTable' || (relation?.known && relation.accessMethod === change.method))
      return null;
    return {
      relation: change.table,
      why: `Reads and writes of ${change.table} wait until it is copied.`,
      fix: {
        summary: 'Make a new table with the access method, copy in batches while a trigger keeps it up, then swap the names.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;',
  bad: [{ sql: 'ALTER TABLE orders SET ACCESS METHOD heap2;', versions: [15, 18] }],
  good: [{ sql: 'ALTER TABLE orders SET ACCESS METHOD heap;', versions: [15, 18] }],
});
