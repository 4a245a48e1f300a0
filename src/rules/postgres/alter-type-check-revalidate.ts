import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Change of type checks a CHECK on every row again',
  why: 'A CHECK on the column is made anew and proven by reading the whole table under ACCESS EXCLUSIVE, even where the type alone would cost nothing.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['alterColumnType'],
  check({ table, column }, context) {
    const { rewrites, scans, error } = context.effects;
    const checks = [...(context.relation(table)?.constraints.values() ?? [])].filter(
      (constraint) => constraint.kind === 'check' && constraint.valid && constraint.columns.includes(column),
    );
    if (error || rewrites.length > 0 || scans.length === 0 || checks.length === 0) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until all rows are checked against ${checks.map((check) => check.name).join(', ')}.`,
      fix: {
        summary: 'Drop the CHECK, change the type, add the CHECK NOT VALID, then validate it: each in a transaction of its own.',
        sql: script(
          checks.map((check) => `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(check.name)}`),
          ownSql(context),
          checks.flatMap((check) => validatedLater(context, table, check)),
        ),
      },
    };
  },
  setup: "CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(10) CHECK (code <> ''), note varchar(10));",
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);' }],
  good: [{ sql: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);' }],
});
