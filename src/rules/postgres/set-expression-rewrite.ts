import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { expandedColumn } from '../support/backfill.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'New expression of a stored generated column rewrites the table',
  why: 'Every row is computed and written anew under ACCESS EXCLUSIVE. On a VIRTUAL column of PostgreSQL 18 it costs nothing.',
  source: 'measured: PostgreSQL 17 and 18',
  sizeMatters: true,
  on: ['setExpression'],
  check({ table, column, expression }, context) {
    if (context.effects.rewrites.length === 0) return null;
    const type = context.catalog.column(table, column)?.type;
    const name = `${column}_new`;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until ${column} is computed anew for all rows and the table is written anew.`,
      fix: {
        summary: `Fill a new column by a trigger with the new expression, old rows in batches, move the code over, then drop ${column}.`,
        sql: type
          ? script(expandedColumn(context, table, column, { name, type }, expression.sql)).replace(
              `${quoteIdentifier(name)} IS NULL AND ${quoteIdentifier(column)} IS NOT NULL`,
              `${quoteIdentifier(name)} IS DISTINCT FROM (${expression.sql})`,
            )
          : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net numeric, gross numeric GENERATED ALWAYS AS (net * 2) STORED);',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN gross SET EXPRESSION AS (net * 3);', versions: [17, 18] }],
  good: [
    {
      setup: 'ALTER TABLE orders ADD COLUMN twice numeric GENERATED ALWAYS AS (net * 2) VIRTUAL;',
      sql: 'ALTER TABLE orders ALTER COLUMN twice SET EXPRESSION AS (net + net);',
      versions: [18, 18],
    },
  ],
});
