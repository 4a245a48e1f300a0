import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

const guards: Record<string, [RegExp, string]> = {
  createTable: [/\bTABLE\s+/i, 'TABLE IF NOT EXISTS '],
  createSequence: [/\bSEQUENCE\s+/i, 'SEQUENCE IF NOT EXISTS '],
  addColumn: [/\bADD\s+(COLUMN\s+)?/gi, 'ADD COLUMN IF NOT EXISTS '],
  dropTable: [/\bTABLE\s+/i, 'TABLE IF EXISTS '],
  dropColumn: [/\bDROP\s+(COLUMN\s+)?/gi, 'DROP COLUMN IF EXISTS '],
  dropIndex: [/\bINDEX\s+(CONCURRENTLY\s+)?/i, 'INDEX $1IF EXISTS '],
};

export default defineRule({
  category: 'style',
  severity: 'low',
  title: 'Statement that cannot run a second time, outside a transaction',
  why: 'A migration without a transaction that fails half way is run again from its beginning, where what it has done already stops it.',
  source: 'https://www.postgresql.org/docs/current/sql-createtable.html',
  quiet: true,
  evenWhenNew: true,
  on: ['createTable', 'createSequence', 'addColumn', 'dropTable', 'dropColumn', 'dropIndex'],
  check(change, context) {
    const isGuarded = 'ifNotExists' in change ? change.ifNotExists : 'ifExists' in change && change.ifExists;
    const guard = guards[change.kind];
    if (isGuarded || context.transaction.open || !guard || context.statement.changes.length > 1 || context.effects.error) return null;
    return {
      why: 'If a later statement of the file fails, the next attempt stops here.',
      fix: { summary: 'Guard the statement.', sql: statementText(context).replace(guard[0], guard[1]) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, code text); CREATE INDEX orders_code ON orders (code);',
  bad: [
    { sql: 'CREATE TABLE items (id bigint);', transaction: 'none' },
    { sql: 'ALTER TABLE orders ADD COLUMN note text;', transaction: 'none' },
    { sql: 'DROP INDEX CONCURRENTLY orders_code;', transaction: 'none' },
  ],
  good: [{ sql: 'CREATE TABLE items (id bigint);' }, { sql: 'CREATE TABLE IF NOT EXISTS items (id bigint);', transaction: 'none' }],
});
