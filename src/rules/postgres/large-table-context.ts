import { defineRule } from '../rule.js';
import { strongLockKinds } from '../support/strong-lock-kinds.js';

const manyRows = 10_000_000;
const manyBytes = 10 * 1024 ** 3;

export default defineRule({
  category: 'information',
  severity: 'medium',
  title: 'Work on a large table',
  why: 'What a scan, a rewrite or an index build costs goes with the size of the table; on a large one it also costs disk, and replicas fall behind.',
  source: 'https://www.postgresql.org/docs/current/monitoring-stats.html',
  quiet: true,
  on: strongLockKinds,
  check(_change, context) {
    const worked = new Set([
      ...context.effects.rewrites,
      ...context.effects.scans,
      ...context.effects.indexBuilds.map((name) => context.catalog.indexes.get(name)?.table ?? name),
    ]);
    for (const table of worked) {
      const facts = context.tableFacts(table);
      if (!facts || (facts.rows < manyRows && facts.heapBytes + facts.indexBytes < manyBytes)) continue;
      const replicas = context.facts?.replicas.length ?? 0;
      return {
        relation: table,
        evidence: ['static', 'catalog'],
        why: `${table} has about ${Math.round(facts.rows).toLocaleString('en')} rows: this goes through all of them${replicas > 0 ? `, and ${replicas} replicas have to follow` : ''}.`,
        fix: { summary: 'Rehearse it on a copy of that size, and run it at a quiet hour with somebody watching.', sql: null },
      };
    }
    return null;
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    {
      sql: 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL;',
      facts: { tables: { 'public.orders': { rows: 5e7, heapBytes: 2e10, indexBytes: 1e9, writes: 10, reads: 10, indexes: [] } } },
    },
  ],
  good: [
    {
      sql: 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL;',
      facts: { tables: { 'public.orders': { rows: 500, heapBytes: 8192, indexBytes: 8192, writes: 10, reads: 10, indexes: [] } } },
    },
  ],
});
