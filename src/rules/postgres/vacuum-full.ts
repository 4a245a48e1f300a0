import { defineRule } from '../rule.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'VACUUM FULL writes the whole table anew while everything waits',
  why: 'VACUUM FULL copies the table and its indexes under an ACCESS EXCLUSIVE lock and needs as much disk again.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['vacuum'],
  check(change) {
    if (!change.full) return null;
    const named = change.tables.length > 0 ? change.tables : [undefined];
    return named.map((table) => ({
      relation: table,
      why: `Reads and writes of ${table ?? 'one table after the other'} wait until the table is copied.`,
      fix: {
        summary:
          'A plain VACUUM makes the space usable again without a strong lock; to shrink the file use pg_repack outside the migration.',
        sql: table ? `VACUUM (ANALYZE) ${table};` : 'VACUUM (ANALYZE);',
      },
    }));
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'VACUUM FULL orders;', transaction: 'none' },
    { sql: 'VACUUM (FULL, ANALYZE) orders;', transaction: 'none' },
  ],
  good: [
    { sql: 'VACUUM (ANALYZE) orders;', transaction: 'none' },
    { sql: 'VACUUM (FULL false) orders;', transaction: 'none' },
  ],
});
