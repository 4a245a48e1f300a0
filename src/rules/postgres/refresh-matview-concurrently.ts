import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'REFRESH CONCURRENTLY that PostgreSQL refuses',
  why: 'REFRESH MATERIALIZED VIEW CONCURRENTLY needs a unique index on plain columns (else 55000) and a view that holds rows already (else 0A000).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['refreshMaterializedView'],
  check(change, context) {
    const relation = context.relation(change.view);
    if (!change.concurrently || relation?.kind !== 'materializedView') return null;
    const hasKey = context.catalog
      .indexesOf(change.view)
      .some((index) => index.unique && index.valid && !index.predicate && index.keys.every((key) => key.column !== null));
    if (hasKey && relation.populated) return null;
    return {
      relation: change.view,
      why: relation.populated
        ? `The migration fails with 55000: ${change.view} has no unique index on plain columns.`
        : `The migration fails with 0A000: ${change.view} was never filled.`,
      fix: {
        summary: relation.populated
          ? 'Build a unique index on the view first; until then only a plain refresh works, with readers waiting.'
          : 'Fill it once with a plain refresh; nobody can read it before that anyway.',
        sql: underLockTimeout(`REFRESH MATERIALIZED VIEW ${change.view};`),
      },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint, total numeric); CREATE MATERIALIZED VIEW totals AS SELECT id, sum(total) AS total FROM orders GROUP BY id; CREATE MATERIALIZED VIEW hollow AS SELECT 1 AS n WITH NO DATA;',
  bad: [
    { sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;', fails: '55000' },
    {
      setup: 'CREATE UNIQUE INDEX hollow_n ON hollow (n);',
      sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY hollow;',
      fails: '0A000',
      versions: [14, 18],
    },
  ],
  good: [{ setup: 'CREATE UNIQUE INDEX totals_id ON totals (id);', sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;' }],
});
