import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'Column may hold NULL from now on',
  why: 'Running code that reads the column has never met a NULL there. On a column of the primary key PostgreSQL refuses (42P16).',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['dropNotNull'],
  check({ table, column }, context) {
    const existing = context.catalog.column(table, column);
    const isKey = [...(context.relation(table)?.constraints.values() ?? [])].some(
      (constraint) => constraint.kind === 'primaryKey' && constraint.columns.includes(column),
    );
    if (existing?.type && !existing.notNull && !isKey) return null;
    return {
      relation: table,
      severity: isKey ? 'high' : 'low',
      needs: isKey ? [] : ['applicationCode'],
      why: isKey
        ? `The migration stops here: ${column} is in the primary key of ${shown(table)}.`
        : `Once new code writes NULL into ${column} of ${shown(table)}, readers that do not expect it fail.`,
      fix: {
        summary: isKey
          ? 'Drop the key first, or keep NOT NULL.'
          : 'Deploy code that reads NULL first, then relax the column, then deploy code that writes it.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL, code text);',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN id DROP NOT NULL;', fails: '42P16' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN code DROP NOT NULL;' },
    { sql: 'CREATE TABLE notes (a text NOT NULL); ALTER TABLE notes ALTER COLUMN a DROP NOT NULL;' },
  ],
});
