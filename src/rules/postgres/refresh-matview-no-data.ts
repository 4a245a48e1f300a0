import { defineRule } from '../rule.js';

export default defineRule({
  category: 'data',
  severity: 'high',
  title: 'REFRESH … WITH NO DATA makes the view unreadable',
  why: 'The rows of the materialized view are thrown away, and every query on it fails with 55000 until it is refreshed.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['refreshMaterializedView'],
  check(change, context) {
    if (change.withData || context.effects.error || context.relation(change.view)?.populated === false) return null;
    const hasKey = context.catalog
      .indexesOf(change.view)
      .some((index) => index.unique && !index.predicate && index.keys.every((key) => key.column !== null));
    return {
      relation: change.view,
      why: `Every query on ${change.view} fails until somebody refreshes it.`,
      fix: { summary: 'Refresh it with its rows.', sql: `REFRESH MATERIALIZED VIEW ${hasKey ? 'CONCURRENTLY ' : ''}${change.view};` },
    };
  },
  setup: 'CREATE TABLE orders (id bigint); CREATE MATERIALIZED VIEW ids AS SELECT id FROM orders; CREATE UNIQUE INDEX ids_id ON ids (id);',
  bad: [{ sql: 'REFRESH MATERIALIZED VIEW ids WITH NO DATA;' }],
  good: [{ sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY ids;' }],
});
