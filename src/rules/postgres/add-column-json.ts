import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'json has no equality: DISTINCT, GROUP BY and UNION over the table break',
  why: 'SELECT DISTINCT * and its kin fail with 42883 once a table holds a json column; jsonb has equality and indexes.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['addColumn'],
  check({ table, definition }) {
    if (!/^json(\[\])*$/.test(definition.type)) return null;
    const array = definition.type.slice('json'.length);
    const value = definition.default ? ` DEFAULT ${definition.default.sql.replace(/::json\b/g, '::jsonb')}` : '';
    return {
      relation: table,
      why: `Queries of ${shown(table)} with SELECT DISTINCT *, GROUP BY or UNION over all columns fail once ${definition.name} is there.`,
      fix: {
        summary: 'Use jsonb.',
        sql: script(
          `ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(definition.name)} jsonb${array}${value}${definition.notNull && value ? ' NOT NULL' : ''}`,
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN extra json;' },
    { sql: "ALTER TABLE orders ADD COLUMN extra json NOT NULL DEFAULT '{}'::json;" },
  ],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN extra jsonb;' }],
});
