import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'data',
  severity: 'high',
  title: 'Index built concurrently may be corrupt on PostgreSQL 14.0 to 14.3',
  why: 'CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY could miss rows that were changed meanwhile; repaired in 14.4.',
  source: 'documentation: release notes of PostgreSQL 14.4',
  evenWhenNew: true,
  needs: ['serverVersion'],
  on: ['createIndex', 'reindex'],
  check(change, context) {
    if (!change.concurrently || !context.facts || !/^14\.[0-3](?!\d)/.test(context.facts.fullVersion)) return null;
    const table = change.kind === 'createIndex' ? change.index.table : undefined;
    return {
      relation: table,
      evidence: ['static', 'catalog'],
      why: `On ${context.facts.fullVersion} queries${table ? ` of ${shown(table)}` : ''} that use the index may miss rows, and a unique index may let duplicates in.`,
      fix: {
        summary:
          'Upgrade to 14.4 or later first; check indexes that were built before with amcheck (bt_index_check with heapallindexed), and rebuild them.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    {
      sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);',
      transaction: 'none',
      versions: [14, 14],
      facts: { version: 14, fullVersion: '14.2' },
    },
  ],
  good: [
    {
      sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);',
      transaction: 'none',
      versions: [14, 14],
      facts: { version: 14, fullVersion: '14.12' },
    },
  ],
});
