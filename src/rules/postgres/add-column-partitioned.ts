import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'fanOut',
  severity: 'medium',
  title: 'Adding a column locks every partition',
  why: 'ALTER TABLE on a partitioned or inherited parent takes ACCESS EXCLUSIVE on each child: it waits for the slowest of their readers while all the others queue.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['add-column-brief-lock'],
  on: ['addColumn'],
  check({ table, only }, context) {
    const children = context.catalog.descendants(table).length;
    if (children === 0 || only) return null;
    return briefLock(
      context,
      table,
      `Reads and writes of ${shown(table)} and of its ${children} ${children === 1 ? 'child' : 'children'} wait until the ALTER holds all locks at once.`,
    );
  },
  setup: `CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE base (id bigint); CREATE TABLE derived () INHERITS (base);`,
  bad: [{ sql: 'ALTER TABLE events ADD COLUMN note text;' }, { sql: 'ALTER TABLE base ADD COLUMN note text;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE events ADD COLUMN note text;" },
    { sql: 'ALTER TABLE derived ADD COLUMN note text;' },
  ],
});
