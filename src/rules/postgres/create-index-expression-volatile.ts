import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Index expression is not immutable',
  why: 'An index may only hold what never changes for a row: now(), and functions that depend on time zone or settings, are refused (42P17).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createIndex'],
  check({ index }, context) {
    if (context.effects.error?.code !== '42P17') return null;
    return {
      relation: index.table,
      why: `The migration stops here: ${context.effects.error.message || `an expression of the index on ${shown(index.table)} calls a function that is not immutable`}.`,
      fix: {
        summary:
          "Index a column that the application or a trigger fills, or say the dependency outright, e.g. (at AT TIME ZONE 'UTC'); wrap a function as IMMUTABLE only where it truly is.",
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, at timestamptz);',
  bad: [{ sql: 'CREATE INDEX orders_late_idx ON orders ((at < now()));', fails: '42P17' }],
  good: [{ sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (lower(code));', transaction: 'none' }],
});
