import { defineRule } from '../rule.js';
import { bareName, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'A failed REINDEX CONCURRENTLY has left an index behind',
  why: 'A REINDEX CONCURRENTLY that was interrupted leaves an invalid index named _ccnew or _ccold, which every write keeps up and no query uses.',
  source: 'https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY',
  on: ['reindex'],
  check(change, context) {
    const table =
      change.scope === 'index' ? context.catalog.indexes.get(change.name ?? '')?.table : change.scope === 'table' ? change.name : null;
    if (!change.concurrently || !table) return null;
    const left = context.catalog.indexesOf(table).filter((index) => /_cc(new|old)\d*$/.test(bareName(index.name)) && !index.constraint);
    if (left.length === 0) return null;
    return {
      relation: table,
      why: `${left.map((index) => index.name).join(', ')} is left over from an earlier REINDEX CONCURRENTLY of ${table}: writes pay for it, and REINDEX does not take it away.`,
      fix: {
        summary: 'Drop what is left over first, then rebuild.',
        sql: [...left.map((index) => `DROP INDEX CONCURRENTLY IF EXISTS ${index.name};`), statementText(context)].join('\n'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE INDEX orders_code ON orders (code);',
  bad: [{ setup: 'CREATE INDEX orders_code_ccnew ON orders (code);', sql: 'REINDEX INDEX CONCURRENTLY orders_code;', transaction: 'none' }],
  good: [{ sql: 'REINDEX INDEX CONCURRENTLY orders_code;', transaction: 'none' }],
});
