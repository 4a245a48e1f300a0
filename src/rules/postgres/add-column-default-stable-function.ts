import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'All existing rows get one and the same value',
  why: 'A stable default such as now() is computed once when the column is added: no rewrite, but every row that is there shares the value.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['addColumn'],
  check({ table, definition }, context) {
    if (!definition.default || context.effects.error || context.catalog.volatilityOf(definition.default) !== 'stable') return null;
    const column = quoteIdentifier(definition.name);
    return {
      relation: table,
      why: `Every row that ${shown(table)} holds today will show the moment of the migration in ${definition.name}.`,
      fix: {
        summary: 'Leave old rows NULL when the value means nothing for them: add the column first, its default after.',
        sql: script(
          `ALTER TABLE ${table} ADD COLUMN ${column} ${definition.type}`,
          `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${definition.default.sql}`,
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();' },
    { sql: 'ALTER TABLE orders ADD COLUMN created_on date DEFAULT CURRENT_DATE;' },
  ],
  good: [
    { sql: "ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'new';" },
    { sql: 'ALTER TABLE orders ADD COLUMN created_at timestamptz; ALTER TABLE orders ALTER COLUMN created_at SET DEFAULT now();' },
  ],
});
