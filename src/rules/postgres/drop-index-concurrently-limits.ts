import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'DROP INDEX CONCURRENTLY that PostgreSQL refuses',
  why: 'DROP INDEX CONCURRENTLY takes one index, no CASCADE, and no index of a partitioned table.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['dropIndex'],
  check(change, context) {
    if (!change.concurrently) return null;
    const partitioned = change.indexes
      .map((name) => context.catalog.indexes.get(name))
      .find((index) => index && context.relation(index.table)?.kind === 'partitionedTable');
    if (partitioned && change.indexes.length === 1 && !change.cascade) {
      return {
        relation: partitioned.table,
        why: `The migration fails: ${partitioned.name} belongs to the partitioned table ${partitioned.table}, where CONCURRENTLY is not supported.`,
        fix: {
          summary: 'Drop it plainly under a short lock_timeout, and try again when it gives up.',
          sql: underLockTimeout(`DROP INDEX ${partitioned.name};`),
        },
      };
    }
    if (change.indexes.length < 2 && !change.cascade) return null;
    return {
      relation: context.catalog.indexes.get(change.indexes[0] ?? '')?.table,
      why: change.cascade
        ? 'The migration fails with 0A000: DROP INDEX CONCURRENTLY does not support CASCADE.'
        : 'The migration fails with 0A000: DROP INDEX CONCURRENTLY takes one index at a time.',
      fix: {
        summary: 'Drop the indexes one by one, each in a statement of its own outside a transaction.',
        sql: partitioned ? null : change.indexes.map((name) => `DROP INDEX CONCURRENTLY IF EXISTS ${name};`).join('\n'),
      },
    };
  },
  setup: `CREATE TABLE orders (a int, b int); CREATE INDEX orders_a ON orders (a); CREATE INDEX orders_b ON orders (b);
    CREATE TABLE parts (id bigint, v int) PARTITION BY RANGE (id); CREATE INDEX parts_v ON parts (v);`,
  bad: [
    { sql: 'DROP INDEX CONCURRENTLY orders_a, orders_b;', transaction: 'none', fails: '0A000' },
    { sql: 'DROP INDEX CONCURRENTLY orders_a CASCADE;', transaction: 'none', fails: '0A000' },
    { sql: 'DROP INDEX CONCURRENTLY parts_v;', transaction: 'none', fails: '0A000' },
  ],
  good: [{ sql: 'DROP INDEX CONCURRENTLY orders_a; DROP INDEX CONCURRENTLY orders_b;', transaction: 'none' }],
});
