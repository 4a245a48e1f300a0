import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Column added under a brief ACCESS EXCLUSIVE lock',
  why: 'ADD COLUMN without values to compute changes the catalog alone, but its lock waits behind open transactions, and all traffic behind it.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['addColumn'],
  check({ table }, context) {
    const { rewrites, scans, indexBuilds, error } = context.effects;
    if (error || rewrites.length > 0 || scans.length > 0 || indexBuilds.length > 0 || hasLockTimeout(context)) return null;
    return {
      relation: table,
      why: `While the ALTER waits for an open transaction on ${shown(table)}, every later read and write of ${shown(table)} waits too.`,
      fix: { summary: 'Give up after two seconds and try again.', sql: underLockTimeout(statementText(context)) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
  good: [{ sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN note text;" }],
});
