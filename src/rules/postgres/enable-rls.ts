import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { bareName, withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Row level security without a policy hides every row',
  why: 'With row level security on and no policy, everybody but the owner sees an empty table and cannot write to it; no error says so. FORCE does the same to the owner.',
  source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  on: ['setRowSecurity'],
  check(change, context) {
    const relation = context.relation(change.table);
    if ((change.action !== 'enable' && change.action !== 'force') || context.effects.error || (relation && relation.policies.size > 0))
      return null;
    if (change.action === 'force' && relation?.known && !relation.rowSecurity) return null;
    const follows = context.after.some((statement) =>
      statement.changes.some((later) => later.kind === 'createPolicy' && later.table === change.table),
    );
    if (follows && context.transaction.open) return null;
    return {
      relation: change.table,
      needs: relation?.known ? [] : ['schema'],
      why: `Queries of the application on ${change.table} find no rows, and its inserts fail${follows ? ', until the policy is there' : ''}.`,
      fix: {
        summary: 'Write the policies first, in the same transaction.',
        sql: `BEGIN;\nSET LOCAL lock_timeout = '2s';\nCREATE POLICY ${quoteIdentifier(`${bareName(change.table)}_all`)} ON ${change.table} USING (true) WITH CHECK (true);\n${withoutSemicolon(context.statement.sql)};\nCOMMIT;`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [
    { sql: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;' },
    { sql: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY orders_all ON orders USING (true);', transaction: 'none' },
  ],
  good: [
    { sql: 'CREATE POLICY orders_all ON orders USING (true); ALTER TABLE orders ENABLE ROW LEVEL SECURITY;' },
    { sql: 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;' },
  ],
});
