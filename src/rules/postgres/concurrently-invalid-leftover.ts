import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { writtenConcurrently } from '../support/index-sql.js';
import { besides, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'IF NOT EXISTS keeps the invalid index of a failed build',
  why: 'A concurrent build that is interrupted leaves an INVALID index of that name. The retry then skips it with a notice, and the index is never used.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createIndex'],
  check({ index, concurrently, ifNotExists }, context) {
    if (!concurrently || !ifNotExists || index.name === null || context.relation(index.table)?.kind === 'partitionedTable') return null;
    const name = besides(index.table, index.name);
    const isDropped = context.before.some((statement) =>
      statement.changes.some((change) => change.kind === 'dropIndex' && change.indexes.includes(name)),
    );
    if (isDropped) return null;
    return {
      relation: index.table,
      why: `After a failed first attempt the migration counts as applied, ${quoteIdentifier(index.name)} stays invalid, and queries of ${shown(index.table)} go on without it while writes pay for it.`,
      fix: {
        summary: 'Drop what a failed attempt left, then build without IF NOT EXISTS, each as a statement of its own outside a transaction.',
        sql: script(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`, writtenConcurrently(context, index)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_code_idx ON orders (code);', transaction: 'none' }],
  good: [
    {
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_code_idx; CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);',
      transaction: 'none',
    },
    {
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_code_idx; CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_code_idx ON orders (code);',
      transaction: 'none',
    },
  ],
});
