import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Index that a constraint stands on cannot be dropped',
  why: 'The index of a primary key, UNIQUE or EXCLUDE constraint goes only with its constraint; DROP INDEX fails with 2BP01.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['drop-index', 'drop-index-used', 'replace-index-gap'],
  on: ['dropIndex'],
  check(change, context) {
    const index = change.indexes.map((name) => context.catalog.indexes.get(name)).find((found) => found?.constraint && !found.parent);
    if (!index?.constraint) return null;
    return {
      relation: index.table,
      why: `The migration fails with 2BP01: the constraint ${index.constraint} of ${index.table} needs ${index.name}.`,
      fix: {
        summary: 'Drop the constraint; its index goes with it.',
        sql: underLockTimeout(`ALTER TABLE ${index.table} DROP CONSTRAINT ${quoteIdentifier(index.constraint)};`),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text UNIQUE); CREATE INDEX orders_plain ON orders (code);',
  bad: [
    { sql: 'DROP INDEX orders_code_key;', fails: '2BP01' },
    { sql: 'DROP INDEX CONCURRENTLY orders_pkey;', transaction: 'none', fails: '2BP01' },
  ],
  good: [
    { sql: 'ALTER TABLE orders DROP CONSTRAINT orders_code_key;' },
    { sql: 'DROP INDEX CONCURRENTLY orders_plain;', transaction: 'none' },
  ],
});
