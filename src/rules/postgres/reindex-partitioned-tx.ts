import { defineRule } from '../rule.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'REINDEX that cannot run in a transaction',
  why: 'REINDEX of a partitioned table or index, of a schema or of a database commits on its own and fails with 25001 in a transaction.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['reindex', 'tx-forbidden-statement'],
  on: ['reindex'],
  check(change, context) {
    if (change.concurrently || !context.transaction.open) return null;
    const table = change.scope === 'index' ? context.catalog.indexes.get(change.name ?? '')?.table : (change.name ?? undefined);
    const isWide = change.scope === 'schema' || change.scope === 'database' || change.scope === 'system';
    if (!isWide && (table === undefined || context.relation(table)?.kind !== 'partitionedTable')) return null;
    return {
      relation: isWide ? undefined : table,
      why: `The migration fails with 25001: REINDEX ${change.scope.toUpperCase()}${isWide ? '' : ' of a partitioned table'} cannot run in a transaction.`,
      fix: {
        summary: 'Run it in a migration of its own that is not wrapped in a transaction.',
        sql:
          change.scope === 'system' ? null : `REINDEX ${change.scope.toUpperCase()} CONCURRENTLY${change.name ? ` ${change.name}` : ''};`,
      },
    };
  },
  setup: `CREATE TABLE parts (id bigint PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
    CREATE TABLE orders (id bigint PRIMARY KEY);`,
  bad: [
    { sql: 'REINDEX TABLE parts;', fails: '25001' },
    { sql: 'REINDEX SCHEMA public;', fails: '25001' },
  ],
  good: [{ sql: 'REINDEX TABLE CONCURRENTLY parts;', transaction: 'none' }, { sql: 'REINDEX TABLE orders;' }],
});
