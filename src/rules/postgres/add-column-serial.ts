import { defineRule } from '../rule.js';
import { numberedColumn } from '../support/numbered-column.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Serial column rewrites the table',
  why: 'A serial column numbers every existing row: the table and its indexes are written anew under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    return change.definition.serial ? numberedColumn(change, context) : null;
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN number bigserial;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN number bigint;' },
    { sql: 'CREATE TABLE tickets (id text); ALTER TABLE tickets ADD COLUMN number bigserial;' },
  ],
});
