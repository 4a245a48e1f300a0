import { defineRule } from '../rule.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'CONCURRENTLY cannot run inside a transaction',
  why: "CREATE, DROP and REINDEX CONCURRENTLY and DETACH PARTITION CONCURRENTLY run transactions of their own: inside BEGIN … COMMIT, the runner's included, they fail with 25001.",
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createIndex', 'dropIndex', 'reindex', 'detachPartition'],
  check(change, context) {
    if (!change.concurrently || !context.transaction.open || context.transaction.origin === 'implicit') return null;
    const who = context.transaction.origin === 'runner' ? 'The migration tool wraps this file in a transaction' : 'A BEGIN comes before it';
    return {
      why: `${who}, so the migration stops here with 25001 and nothing of it is applied.`,
      fix: {
        summary:
          'Move it into a migration of its own and tell the tool to run that one without a transaction (Django: atomic = False; Alembic: autocommit_block; goose: NO TRANSACTION; Diesel: run_in_transaction = false; Flyway: executeInTransaction=false).',
        sql: script(ownSql(context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE INDEX orders_idx ON orders (id);',
  bad: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', fails: '25001' },
    { sql: 'BEGIN; DROP INDEX CONCURRENTLY orders_idx; COMMIT;', transaction: 'none', fails: '25001' },
    { sql: 'REINDEX INDEX CONCURRENTLY orders_idx;', fails: '25001' },
  ],
  good: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' },
    { sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'automatic' },
  ],
});
