import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'ADD COLUMN IF NOT EXISTS keeps an existing column of another kind',
  why: 'When the column is there already, nothing is compared: its type, default and NOT NULL stay as they are, and the migration counts as applied.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addColumn'],
  check({ table, definition, ifNotExists }, context) {
    const existing = context.catalog.column(table, definition.name);
    if (!ifNotExists || !existing?.type) return null;
    const differs = [
      existing.type !== definition.type ? `its type stays ${existing.type}` : null,
      definition.notNull && !existing.notNull ? 'it stays nullable' : null,
      definition.default && !existing.default && !existing.identity ? 'it gets no default' : null,
    ].filter((part) => part !== null);
    if (differs.length === 0) return null;
    return {
      relation: table,
      why: `${shown(table)} already has ${definition.name}: ${differs.join(', ')}, and code written for the new definition meets the old one.`,
      fix: {
        summary:
          'Without IF NOT EXISTS the difference is an error instead of a surprise; here it needs a column of another name, or a change of the one that is there.',
        sql: script(`ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(`${definition.name}_new`)} ${definition.type}`),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS code integer;' },
    { sql: "ALTER TABLE orders ADD COLUMN IF NOT EXISTS code text NOT NULL DEFAULT '';" },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS code text;' },
    { sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS rank integer;' },
  ],
});
