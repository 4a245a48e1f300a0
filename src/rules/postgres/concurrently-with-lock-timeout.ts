import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'high',
  title: 'lock_timeout breaks off CONCURRENTLY and leaves a wreck',
  why: 'CONCURRENTLY waits for old snapshots, and lock_timeout counts that wait: it ends with an INVALID index, an index named _ccnew, or a partition that is half detached.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createIndex', 'dropIndex', 'reindex', 'detachPartition'],
  check(change, context) {
    const timeout = context.session.lockTimeoutMs ?? 0;
    if (!change.concurrently || timeout <= 0 || context.transaction.open) return null;
    const left =
      change.kind === 'createIndex'
        ? 'an INVALID index that slows writes down and serves no query'
        : change.kind === 'reindex'
          ? 'an INVALID index named _ccnew'
          : change.kind === 'dropIndex'
            ? 'an INVALID index that is still kept up to date'
            : 'a partition that is pending detach and needs FINALIZE';
    const relation = change.kind === 'createIndex' ? change.index.table : change.kind === 'detachPartition' ? change.table : undefined;
    return {
      relation,
      why: `One older transaction that runs for more than ${timeout} ms breaks it off${relation ? ` on ${shown(relation)}` : ''} and leaves ${left}.`,
      fix: {
        summary:
          'No lock_timeout for CONCURRENTLY: it blocks neither reads nor writes while it waits. Look for old transactions before it starts.',
        sql: script('SET lock_timeout = 0', ownSql(context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE INDEX orders_idx ON orders (id);',
  bad: [
    { sql: "SET lock_timeout = '2s'; CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);", transaction: 'none' },
    { sql: "SET lock_timeout = '2s'; REINDEX INDEX CONCURRENTLY orders_idx;", transaction: 'none' },
  ],
  good: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' },
    {
      sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN note text; RESET lock_timeout; CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);",
      transaction: 'none',
    },
    {
      sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN note text; SET lock_timeout = 0; CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);",
      transaction: 'none',
    },
  ],
});
