import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'Code that writes duplicates fails from now on',
  why: 'Once the index is there, in a concurrent build already before it is finished, running code that inserts a duplicate gets 23505.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  needs: ['applicationCode', 'duplicates'],
  on: ['createIndex'],
  check({ index }, context) {
    if (!index.unique || context.effects.error) return null;
    return {
      relation: index.table,
      needs: ['applicationCode', 'duplicates'],
      why: `Inserts and updates of ${shown(index.table)} that repeat ${index.keys.map((key) => key.column ?? key.expression?.sql ?? '').join(', ')} fail.`,
      fix: {
        summary: 'Deploy code that cannot write duplicates, or handles 23505, first; then remove duplicates, then build the index.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' }],
  good: [{ sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' }],
});
