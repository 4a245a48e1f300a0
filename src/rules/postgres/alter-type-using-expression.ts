import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { newColumnOfType, newColumnSummary } from '../support/type-change.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'USING with an expression rewrites the table, whatever the types',
  why: 'An expression has to be computed for each row, even when the type stays the same: the table and its indexes are written anew under ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['alter-type-rewrite'],
  on: ['alterColumnType'],
  check(change, context) {
    if (!change.using || context.effects.rewrites.length === 0 || context.effects.error) return null;
    // A bare cast says no more than the types themselves.
    if (change.using.functions.length === 0 && /^\(*"?[\w$]+"?\)*(::[\w\s().,"[\]]+)?$/.test(change.using.sql.trim())) return null;
    return {
      relation: change.table,
      why: `Every read and write of ${shown(change.table)} waits while ${change.using.sql} is computed for all rows and the table is written anew.`,
      fix: { summary: newColumnSummary, sql: newColumnOfType(change, context) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, amount text);',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text USING lower(code);' },
    { sql: "ALTER TABLE orders ALTER COLUMN amount TYPE integer USING nullif(amount, '')::integer;" },
  ],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar USING code;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE integer USING amount::integer;' },
  ],
});
