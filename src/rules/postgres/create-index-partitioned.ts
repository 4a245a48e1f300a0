import { defineRule } from '../rule.js';
import { indexBuiltOnline } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'fanOut',
  severity: 'high',
  title: 'Index on a partitioned table is built on every partition at once',
  why: 'Writes to all partitions wait until the last index is built, and CONCURRENTLY is refused on the parent (0A000).',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['create-index', 'concurrently-invalid-leftover'],
  on: ['createIndex'],
  check({ index, concurrently, only }, context) {
    const relation = context.relation(index.table);
    if (relation?.kind !== 'partitionedTable' || only) return null;
    const partitions = context.catalog.leaves(index.table);
    const { error, indexBuilds } = context.effects;
    if (!concurrently && (error || indexBuilds.length === 0)) return null;
    return {
      relation: index.table,
      why: concurrently
        ? `The migration stops here: ${shown(index.table)} is partitioned, and CONCURRENTLY is refused on it.`
        : `Every write to ${shown(index.table)} and its ${partitions.length} ${partitions.length === 1 ? 'partition' : 'partitions'} waits until all indexes are built.`,
      fix: {
        summary:
          'Make the index on the parent alone (ON ONLY), build one concurrently on each partition, outside a transaction, and attach each; with the last one the parent becomes valid.',
        sql: script(indexBuiltOnline(context, index)),
      },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
  bad: [
    { sql: 'CREATE INDEX events_id_idx ON events (id);' },
    { sql: 'CREATE INDEX CONCURRENTLY events_id_idx ON events (id);', transaction: 'none', fails: '0A000' },
  ],
  good: [
    { sql: 'CREATE INDEX events_id_idx ON ONLY events (id);' },
    { sql: 'CREATE INDEX CONCURRENTLY events_2024_id_idx ON events_2024 (id);', transaction: 'none' },
  ],
});
