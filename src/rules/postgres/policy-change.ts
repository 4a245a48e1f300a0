import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'Policy changed: who sees which rows changes at once',
  why: 'CREATE, ALTER and DROP POLICY take an ACCESS EXCLUSIVE lock, and without its last policy a protected table shows no rows.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['createPolicy', 'alterPolicy', 'dropPolicy'],
  check(change, context) {
    if (context.effects.error) return null;
    const relation = context.relation(change.table);
    const replaced = context.after.some((statement) =>
      statement.changes.some((later) => later.kind === 'createPolicy' && later.table === change.table),
    );
    if (
      change.kind === 'dropPolicy' &&
      relation?.rowSecurity &&
      relation.policies.has(change.policy) &&
      relation.policies.size === 1 &&
      !(replaced && context.transaction.open)
    ) {
      return {
        relation: change.table,
        severity: 'high',
        why: `${change.policy} is the last policy of ${change.table}: without it everybody but the owner finds no rows.`,
        fix: {
          summary: 'Create its successor in the same transaction, or switch row level security off if it is no longer wanted.',
          sql: null,
        },
      };
    }
    if (relation?.known && !relation.rowSecurity) return null;
    return briefLock(
      context,
      change.table,
      `Reads and writes of ${change.table} wait behind the change while it waits for the queries that run now; from then on other rows are visible.`,
    );
  },
  setup:
    'CREATE TABLE orders (id bigint); CREATE POLICY orders_all ON orders USING (true); ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE TABLE plain (id bigint);',
  bad: [
    { sql: 'CREATE POLICY orders_more ON orders USING (id > 0);' },
    { sql: 'DROP POLICY orders_all ON orders;' },
    { sql: 'ALTER POLICY orders_all ON orders USING (id > 0);' },
  ],
  good: [
    { sql: "SET lock_timeout = '2s'; CREATE POLICY orders_more ON orders USING (id > 0); DROP POLICY orders_all ON orders;" },
    { sql: "SET lock_timeout = '2s'; DROP POLICY orders_all ON orders; CREATE POLICY orders_all ON orders USING (id > 0);" },
    { sql: 'CREATE POLICY plain_all ON plain USING (true);' },
  ],
});
