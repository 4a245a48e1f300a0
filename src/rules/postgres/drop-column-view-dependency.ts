import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Column cannot be dropped while something depends on it',
  why: 'Views, policies, triggers, BEGIN ATOMIC functions and foreign keys on the column make PostgreSQL refuse (2BP01).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['dropColumn'],
  check({ table, column, cascade }, context) {
    if (cascade || context.effects.error?.code !== '2BP01') return null;
    const columns = [...(context.relation(table)?.columns.values() ?? [])];
    if (columns.some((other) => other.generated?.expression.columns.includes(column))) return null;
    return {
      relation: table,
      why: `The migration stops here: ${context.effects.error.message || `something depends on ${column} of ${shown(table)}`}.`,
      fix: {
        summary: 'Drop the dependents by name and make them anew without the column, in the same transaction as the drop; not by CASCADE.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text); CREATE VIEW codes AS SELECT code FROM orders;',
  bad: [{ sql: 'ALTER TABLE orders DROP COLUMN code;', fails: '2BP01' }],
  good: [{ sql: 'DROP VIEW codes; ALTER TABLE orders DROP COLUMN code;' }],
});
