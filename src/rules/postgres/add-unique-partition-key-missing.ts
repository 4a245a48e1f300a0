import { defineRule } from '../rule.js';
import { indexBuiltOnline, backingIndex } from '../support/index-sql.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Unique rule of a partitioned table must include the partition key',
  why: 'Each partition has an index of its own, so uniqueness over all of them cannot be kept without the partition key: refused with 0A000.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addConstraint', 'createIndex'],
  check(change, context) {
    const table = change.kind === 'createIndex' ? change.index.table : change.table;
    const isUnique =
      change.kind === 'createIndex'
        ? change.index.unique && !change.concurrently
        : ['unique', 'primaryKey'].includes(change.constraint.kind);
    const columns =
      change.kind === 'createIndex'
        ? change.index.keys.flatMap((key) => (key.column === null ? [] : [key.column]))
        : change.constraint.columns;
    const missing = context.relation(table)?.partitionBy?.columns.filter((column) => !columns.includes(column)) ?? [];
    if (!isUnique || missing.length === 0 || context.effects.error?.code !== '0A000') return null;
    const all = [...columns, ...missing];
    const index = backingIndex(table, all, freeName(context, table, all, 'idx'), { include: [], nullsNotDistinct: false });
    return {
      relation: table,
      why: `The migration stops here: ${shown(table)} is partitioned by ${missing.join(', ')}, which is not in the key.`,
      fix: {
        summary: `Add ${missing.join(', ')} to the key; uniqueness of ${columns.join(', ')} alone can only be kept within each partition.`,
        sql: script(indexBuiltOnline(context, index)),
      },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');`,
  bad: [
    { sql: 'ALTER TABLE events ADD CONSTRAINT events_id UNIQUE (id);', fails: '0A000' },
    { sql: 'ALTER TABLE events ADD PRIMARY KEY (id);', fails: '0A000' },
    { sql: 'CREATE UNIQUE INDEX events_id ON events (id);', fails: '0A000' },
  ],
  good: [{ sql: 'ALTER TABLE events ADD CONSTRAINT events_id UNIQUE (id, day);' }, { sql: 'CREATE INDEX events_id ON events (id);' }],
});
