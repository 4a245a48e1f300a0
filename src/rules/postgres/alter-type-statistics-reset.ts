import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Statistics of the column are gone until ANALYZE',
  why: 'A change of type drops the statistics of the column and of extended statistics over it: plans are guesses until the next ANALYZE.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['alterColumnType'],
  check({ table, column }, context) {
    if (context.effects.error) return null;
    const analysed = context.after.some(({ changes }) =>
      changes.some((change) => change.kind === 'analyze' && (change.tables.length === 0 || change.tables.includes(table))),
    );
    if (analysed) return null;
    return {
      relation: table,
      why: `Queries of ${shown(table)} that filter on ${column} may get slow plans right after the migration.`,
      fix: { summary: 'ANALYZE the column right after.', sql: script(ownSql(context), `ANALYZE ${table} (${quoteIdentifier(column)})`) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE bigint;' }],
  good: [{ sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE bigint; ANALYZE orders;' }],
});
