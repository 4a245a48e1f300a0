import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Statistics target: reads and writes go on',
  why: 'SET STATISTICS and SET (n_distinct) take SHARE UPDATE EXCLUSIVE: only VACUUM and other DDL wait.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['setColumnStatistics'],
  check({ table, column }) {
    return {
      relation: table,
      why: `Traffic on ${shown(table)} goes on; the new target for ${column} counts from the next ANALYZE.`,
      fix: { summary: 'Nothing to do but ANALYZE.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET (n_distinct = 100);' },
  ],
  good: [{ sql: 'ANALYZE orders;' }],
});
