import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Column and its data are dropped',
  why: 'The values are gone for good, and code that is still running fails on every statement that names the column, ORMs on every read of the table.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['dropColumn'],
  check({ table, column, ifExists }, context) {
    const existing = context.catalog.column(table, column);
    const isRelation = context.relation(table);
    if (isRelation?.known && !existing && ifExists) return null;
    const name = quoteIdentifier(column);
    const alter = (action: string): string => `ALTER TABLE ${table} ALTER COLUMN ${name} ${action}`;
    const isFree =
      !existing?.notNull ||
      [...(isRelation?.constraints.values() ?? [])].some((key) => key.kind === 'primaryKey' && key.columns.includes(column)) ||
      existing.identity;
    const sql = existing ? [isFree ? null : alter('DROP NOT NULL')].filter((step) => step !== null) : [];
    return {
      relation: table,
      destructive: true,
      needs: ['applicationCode'],
      why: `Code that still reads or writes ${column} of ${shown(table)} fails at once, and its values cannot be brought back by a down migration.`,
      fix: {
        summary:
          'In this order: deploy code that no longer reads it, relax NOT NULL so that new code need not write it, deploy code that no longer writes it, then drop it in a later migration, with a backup.',
        sql: sql.length > 0 ? script(sql) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL);',
  bad: [{ sql: 'ALTER TABLE orders DROP COLUMN note;' }, { sql: 'ALTER TABLE orders DROP COLUMN IF EXISTS note;' }],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;' },
    { sql: 'ALTER TABLE orders DROP COLUMN IF EXISTS comment;' },
    { sql: 'CREATE TABLE notes (id bigint, body text); ALTER TABLE notes DROP COLUMN body;' },
  ],
});
