import { defineRule } from '../rule.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'Collation that changes what is equal, or whose version is only marked as current',
  why: 'Under a nondeterministic collation different strings are equal, which keys then go by and LIKE refuses before 18. REFRESH VERSION only silences the warning: indexes sorted by the old version stay wrong.',
  source: 'https://www.postgresql.org/docs/current/sql-altercollation.html#SQL-ALTERCOLLATION-NOTES',
  on: ['other'],
  check(change, context) {
    const { sql } = context.statement;
    if (change.node === 'AlterCollationStmt' && /REFRESH\s+VERSION/i.test(sql)) {
      if (context.before.some((statement) => statement.changes.some((other) => other.kind === 'reindex'))) return null;
      return {
        why: 'Indexes that were sorted by the old version find too few rows and let duplicates in, and nothing warns of it any more.',
        fix: { summary: 'Rebuild every index that uses the collation first, concurrently; then refresh the version.', sql: null },
      };
    }
    if (change.node !== 'DefineStmt' || !/CREATE\s+COLLATION/i.test(sql) || !/deterministic\s*=\s*'?(false|off|0)/i.test(sql)) return null;
    return {
      severity: 'low',
      why: `Strings that differ count as equal for keys and foreign keys on columns with this collation${context.version < 18 ? ', and LIKE on them fails with 0A000' : ''}.`,
      fix: {
        summary:
          'Keep the column deterministic, and compare with an expression index on lower() or a nondeterministic COLLATE in the query.',
        sql: null,
      },
    };
  },
  bad: [
    { sql: "CREATE COLLATION ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);" },
    { sql: 'ALTER COLLATION "en-x-icu" REFRESH VERSION;' },
  ],
  good: [{ sql: "CREATE COLLATION german (provider = icu, locale = 'de');" }],
});
