import { defineRule } from '../rule.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Index with more than three key columns',
  why: 'Columns after the third seldom narrow a search further, but make the index large and take heap-only updates away.',
  source: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  quiet: true,
  evenWhenNew: true,
  on: ['createIndex'],
  check(change) {
    const { index } = change;
    if (index.unique || index.keys.length < 4 || !index.name) return null;
    return {
      relation: index.table,
      why: `The index has ${index.keys.length} key columns: every update of one of them writes a new entry, and few searches on ${index.table} use them all.`,
      fix: {
        summary: 'Keep the two or three columns that narrow the search.',
        sql: createIndexText({ ...index, keys: index.keys.slice(0, 3) }, { name: index.name, concurrently: change.concurrently }),
      },
    };
  },
  setup: 'CREATE TABLE events (a int, b int, c int, d int);',
  bad: [{ sql: 'CREATE INDEX CONCURRENTLY events_all ON events (a, b, c, d);', transaction: 'none' }],
  good: [
    { sql: 'CREATE INDEX CONCURRENTLY events_ab ON events (a, b);', transaction: 'none' },
    { sql: 'CREATE UNIQUE INDEX events_all ON events (a, b, c, d);' },
  ],
});
