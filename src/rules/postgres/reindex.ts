import { defineRule } from '../rule.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'Index rebuilt while reads and writes wait',
  why: 'REINDEX locks the table against writes and the index against everyone: planning a query needs the index, so reads wait as well.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['reindex'],
  check(change, context) {
    if (change.concurrently || change.scope === 'system' || context.effects.error) return null;
    const table =
      change.scope === 'index'
        ? context.catalog.indexes.get(change.name ?? '')?.table
        : change.scope === 'table'
          ? (change.name ?? undefined)
          : undefined;
    return {
      relation: table,
      why: `Writes to ${table ?? 'every table concerned'} wait until the index is rebuilt, and so do reads, which need the index to be planned.`,
      fix: {
        summary: 'Rebuild it concurrently, in a migration of its own that runs outside a transaction.',
        sql: `REINDEX ${change.scope.toUpperCase()} CONCURRENTLY${change.name ? ` ${change.name}` : ''};`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE INDEX orders_code ON orders (code);',
  bad: [{ sql: 'REINDEX INDEX orders_code;' }, { sql: 'REINDEX TABLE orders;', transaction: 'none' }],
  good: [
    { sql: 'REINDEX INDEX CONCURRENTLY orders_code;', transaction: 'none' },
    { sql: 'REINDEX (CONCURRENTLY) TABLE orders;', transaction: 'none' },
  ],
});
