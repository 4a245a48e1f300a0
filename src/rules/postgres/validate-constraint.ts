import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Validation reads the table while reads and writes go on',
  why: 'VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE (and ROW SHARE on a referenced table): only VACUUM and other DDL wait. A statement_timeout may stop it.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['validateConstraint'],
  check({ table, constraint }, context) {
    if (context.effects.scans.length === 0 || context.session.statementTimeoutMs === 0) return null;
    return {
      relation: table,
      why: `Traffic on ${shown(table)} goes on while its rows are checked against ${constraint}; VACUUM and other migrations wait.`,
      fix: {
        summary: 'Switch statement_timeout off for it, so that it can finish.',
        sql: script('SET statement_timeout = 0', ownSql(context), 'RESET statement_timeout'),
      },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer); ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;',
  bad: [{ sql: 'ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;' }],
  good: [{ sql: 'SET statement_timeout = 0; ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;' }],
});
