import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'Prepared SELECT * of open sessions breaks when a column is added',
  why: 'A session that has prepared SELECT * gets "cached plan must not change result type" (0A000) until it prepares it again.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  needs: ['applicationCode'],
  on: ['addColumn'],
  check({ table, definition }, context) {
    if (context.effects.error) return null;
    return {
      relation: table,
      needs: ['applicationCode'],
      why: `Sessions that have prepared SELECT * FROM ${shown(table)} fail once with 0A000 after ${definition.name} is there.`,
      fix: {
        summary: 'Name the columns in prepared queries, or let the pool open new sessions (or DISCARD PLANS) after the migration.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
  good: [{ sql: 'CREATE TABLE notes (id bigint); ALTER TABLE notes ADD COLUMN note text;' }],
});
