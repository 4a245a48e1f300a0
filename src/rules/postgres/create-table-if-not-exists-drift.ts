import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'high',
  title: 'IF NOT EXISTS keeps a table of another shape',
  why: 'CREATE TABLE IF NOT EXISTS compares the name only: an existing table stays as it is, whatever columns the statement lists.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createTable'],
  check(change, context) {
    const existing = context.relation(change.table);
    if (!change.ifNotExists || !existing?.known || change.partitionOf || change.like.length > 0 || change.ofType) return null;
    const missing = change.columns.filter((column) => !existing.columns.has(column.name));
    const different = change.columns.filter((column) => (existing.columns.get(column.name)?.type ?? column.type) !== column.type);
    if (missing.length === 0 && different.length === 0) return null;
    const differences = [
      ...(missing.length > 0 ? [`has no ${listed(missing.map((column) => column.name))}`] : []),
      ...different.map((column) => `has ${column.name} as ${existing.columns.get(column.name)?.type}, not ${column.type}`),
    ];
    const addable = missing.every(
      (column) => !column.generated && !column.serial && !column.identity && (!column.notNull || column.default),
    );
    return {
      relation: change.table,
      why: `${change.table} exists already and ${listed(differences)}: the statement is skipped without an error, and code that expects the new shape fails.`,
      fix: {
        summary: 'Change the existing table, or leave IF NOT EXISTS out so that the migration fails at once.',
        sql:
          different.length === 0 && addable
            ? underLockTimeout(
                missing
                  .map(
                    (column) =>
                      `ALTER TABLE ${change.table} ADD COLUMN ${quoteIdentifier(column.name)} ${column.type}${column.default ? ` DEFAULT ${column.default.sql}` : ''}${column.notNull ? ' NOT NULL' : ''};`,
                  )
                  .join('\n'),
              )
            : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, code text, total numeric);' },
    { sql: 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, code integer);' },
  ],
  good: [
    { sql: 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, code text);' },
    { sql: 'CREATE TABLE IF NOT EXISTS items (id bigint PRIMARY KEY);' },
  ],
});
