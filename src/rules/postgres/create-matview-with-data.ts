import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Materialized view is filled inside the migration',
  why: 'CREATE MATERIALIZED VIEW runs its query at once: the migration lasts as long, and its locks and its snapshot with it.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['createTableAs'],
  check(change, context) {
    const source = change.query.relations.find((relation) => !context.isNew(relation));
    if (!change.materializedView || !change.withData || !source || context.effects.error) return null;
    return {
      relation: source,
      why: `The migration reads ${source} for as long as the query takes, holding what it has locked and keeping VACUUM back.`,
      fix: {
        summary: 'Create it WITH NO DATA and refresh it afterwards, outside the migration; code reads it once that is done.',
        sql: `${withoutSemicolon(context.statement.sql).replace(/\s+WITH\s+DATA$/i, '')} WITH NO DATA;\nREFRESH MATERIALIZED VIEW ${change.table};`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, total numeric);',
  bad: [{ sql: 'CREATE MATERIALIZED VIEW totals AS SELECT id, sum(total) AS total FROM orders GROUP BY id;' }],
  good: [{ sql: 'CREATE MATERIALIZED VIEW totals AS SELECT id, sum(total) AS total FROM orders GROUP BY id WITH NO DATA;' }],
});
