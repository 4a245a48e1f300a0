import { defineRule } from '../rule.js';

export default defineRule({
  category: 'lock',
  severity: 'high',
  title: 'Readers of the materialized view wait until it is refreshed',
  why: 'REFRESH MATERIALIZED VIEW holds an ACCESS EXCLUSIVE lock on the view while its query runs.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['refreshMaterializedView'],
  check(change, context) {
    const relation = context.relation(change.view);
    if (change.concurrently || !change.withData || context.effects.error || relation?.populated === false) return null;
    const hasKey = context.catalog
      .indexesOf(change.view)
      .some((index) => index.unique && !index.predicate && index.keys.every((key) => key.column !== null));
    return {
      relation: change.view,
      why: `Queries on ${change.view} wait until its query has run and its indexes are built.`,
      fix: hasKey
        ? {
            summary: 'Refresh it concurrently: readers go on with the old rows.',
            sql: `REFRESH MATERIALIZED VIEW CONCURRENTLY ${change.view};`,
          }
        : { summary: 'Build a unique index on plain columns of the view, concurrently; from then on refresh it CONCURRENTLY.', sql: null },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint, total numeric); CREATE MATERIALIZED VIEW totals AS SELECT id, sum(total) AS total FROM orders GROUP BY id; CREATE UNIQUE INDEX totals_id ON totals (id);',
  bad: [{ sql: 'REFRESH MATERIALIZED VIEW totals;' }],
  good: [
    { sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;' },
    { sql: 'CREATE MATERIALIZED VIEW fresh AS SELECT 1 AS n WITH NO DATA; REFRESH MATERIALIZED VIEW fresh;' },
  ],
});
