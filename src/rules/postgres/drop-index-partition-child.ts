import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Index of a partition cannot be dropped on its own',
  why: 'An index that is attached to the index of a partitioned table goes only with that one; DROP INDEX fails with 2BP01.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['drop-index', 'drop-index-used', 'replace-index-gap'],
  on: ['dropIndex'],
  check(change, context) {
    const index = change.indexes.map((name) => context.catalog.indexes.get(name)).find((found) => found?.parent);
    if (!index?.parent || change.indexes.includes(index.parent)) return null;
    const isKey = context.catalog.indexes.get(index.parent)?.constraint;
    return {
      relation: index.table,
      why: `The migration fails with 2BP01: ${index.parent} needs ${index.name}.`,
      fix: {
        summary: 'Drop the index of the partitioned table; those of its partitions go with it.',
        sql: isKey ? null : underLockTimeout(`DROP INDEX ${index.parent};`),
      },
    };
  },
  setup: `CREATE TABLE parts (id bigint, v int) PARTITION BY RANGE (id); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
    CREATE INDEX parts_v ON parts (v); CREATE INDEX parts_1_own ON parts_1 (v, id);`,
  bad: [{ sql: 'DROP INDEX parts_1_v_idx;', fails: '2BP01' }],
  good: [{ sql: 'DROP INDEX parts_v;' }, { sql: 'DROP INDEX CONCURRENTLY parts_1_own;', transaction: 'none' }],
});
