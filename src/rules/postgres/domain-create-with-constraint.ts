import { defineRule } from '../rule.js';

export default defineRule({
  category: 'design',
  severity: 'low',
  title: 'Domain with a constraint: later changes touch every table at once',
  why: 'A new column of a constrained domain rewrites the table, and changing the constraint reads every table that uses the domain with writes locked out.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  evenWhenNew: true,
  on: ['createDomain'],
  check(change) {
    if (!change.notNull && change.constraints.length === 0) return null;
    return {
      why: `Each later ADD COLUMN of ${change.domain} writes its table anew, and each change of the rule reads them all.`,
      fix: {
        summary: 'Make the domain without constraints, or none, and put a CHECK on each table.',
        sql: `CREATE DOMAIN ${change.domain} AS ${change.base};`,
      },
    };
  },
  bad: [{ sql: 'CREATE DOMAIN price AS numeric CHECK (VALUE >= 0);' }, { sql: 'CREATE DOMAIN name AS text NOT NULL;' }],
  good: [{ sql: 'CREATE DOMAIN price AS numeric(12, 2);' }],
});
