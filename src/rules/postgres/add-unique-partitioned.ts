import { defineRule } from '../rule.js';
import { keyBuiltOnline } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'fanOut',
  severity: 'high',
  title: 'Key on a partitioned table builds an index on every partition at once',
  why: 'The parent is locked ACCESS EXCLUSIVE, the partitions SHARE up to PostgreSQL 17 and ACCESS EXCLUSIVE on 18, until the last index is built.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['add-unique', 'add-pk'],
  needs: ['duplicates'],
  on: ['addConstraint'],
  check({ table, constraint, only }, context) {
    if (
      !['unique', 'primaryKey'].includes(constraint.kind) ||
      only ||
      context.relation(table)?.kind !== 'partitionedTable' ||
      context.effects.error ||
      context.effects.indexBuilds.length === 0
    )
      return null;
    const partitions = context.catalog.leaves(table);
    if (partitions.length === 0) return null;
    return {
      relation: table,
      needs: ['duplicates'],
      why: `Reads and writes of ${shown(table)} wait until the indexes of ${partitions.length === 1 ? shown(partitions[0] ?? '') : `all its ${partitions.length} partitions`} are built.`,
      fix: {
        summary:
          'Make a unique index on the parent alone (ON ONLY), build one concurrently on each partition, attach each: the parent becomes valid with the last one. It keeps the rule as well as a constraint does.',
        sql: script(keyBuiltOnline(context, table, constraint)),
      },
    };
  },
  setup: `CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); CREATE TABLE orders (id bigint);`,
  bad: [{ sql: 'ALTER TABLE events ADD CONSTRAINT events_id UNIQUE (id, day);' }, { sql: 'ALTER TABLE events ADD PRIMARY KEY (id, day);' }],
  good: [{ sql: 'CREATE UNIQUE INDEX events_id ON ONLY events (id, day);' }, { sql: 'ALTER TABLE orders ADD UNIQUE (id);' }],
});
