import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'ALTER TABLE ONLY cannot add a column to a parent',
  why: 'A column must exist in all children: PostgreSQL refuses ONLY on a table that has partitions or inheriting tables (42P16).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addColumn'],
  check({ table, only }, context) {
    if (!only || context.catalog.descendants(table).length === 0) return null;
    return {
      relation: table,
      why: `The migration stops here: ${shown(table)} has children that would lack the column.`,
      fix: {
        summary: 'Leave ONLY away; the column is then added to all children, each under its own lock.',
        sql: script(ownSql(context).replace(/^(ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?)ONLY\s+/i, '$1')),
      },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE alone (id bigint);`,
  bad: [{ sql: 'ALTER TABLE ONLY events ADD COLUMN note text;', fails: '42P16' }],
  good: [{ sql: 'ALTER TABLE events ADD COLUMN note text;' }, { sql: 'ALTER TABLE ONLY alone ADD COLUMN note text;' }],
});
