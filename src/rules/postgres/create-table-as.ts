import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Table filled by one long query inside the migration',
  why: 'CREATE TABLE AS and SELECT INTO read their source in one transaction and copy neither keys, defaults nor indexes.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['createTableAs'],
  check(change, context) {
    if (change.materializedView || !change.withData || change.persistence === 'temporary') return null;
    const source = change.query.relations.find((relation) => !context.isNew(relation));
    if (!source) return null;
    return {
      relation: source,
      why: `The migration reads ${source} in full in one transaction, which holds back VACUUM meanwhile; ${change.table} has no keys, defaults or indexes.`,
      fix: {
        summary: 'Make the table empty, with keys of its own, and copy in batches that commit.',
        sql:
          /^\s*create\b/i.test(context.statement.sql) && !/with\s+data\s*;?\s*$/i.test(context.statement.sql)
            ? `${withoutSemicolon(context.statement.sql)} WITH NO DATA;`
            : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);',
  bad: [{ sql: 'CREATE TABLE orders_copy AS SELECT * FROM orders;' }, { sql: 'SELECT id INTO order_ids FROM orders;' }],
  good: [
    { sql: 'CREATE TABLE orders_copy AS SELECT * FROM orders WITH NO DATA;' },
    { sql: 'CREATE TABLE orders_copy (LIKE orders INCLUDING ALL);' },
    { sql: 'CREATE TABLE numbers AS SELECT generate_series(1, 10) AS n;' },
  ],
});
