import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Type cannot be changed while a view uses the column',
  why: 'Views, rules, policies, triggers with a column list and generated columns on the column make PostgreSQL refuse (0A000).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['alterColumnType'],
  check({ table, column }, context) {
    const code = context.effects.error?.code;
    if (code !== '0A000' && code !== '42601') return null;
    const views = context.catalog.viewsOn(table, column).map(shown);
    return {
      relation: table,
      why: `The migration stops here: ${views.length > 0 ? views.join(', ') : 'something'} uses ${column} of ${shown(table)}.`,
      fix: {
        summary:
          'In one transaction: drop the view, change the type, make the view anew with its privileges. Keep it short: the view is gone for its readers meanwhile, and they wait.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(10)); CREATE VIEW codes AS SELECT code FROM orders;',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text;', fails: '0A000' }],
  good: [{ sql: 'DROP VIEW codes; ALTER TABLE orders ALTER COLUMN code TYPE text; CREATE VIEW codes AS SELECT code FROM orders;' }],
});
