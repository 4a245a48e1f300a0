import { defineRule } from '../rule.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'CONCURRENTLY in a file that is sent as one string',
  why: 'Tools that send the whole file as one query (Prisma, golang-migrate, node-pg) make an implicit transaction of it as soon as it holds two statements: 25001, even where it comes first.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createIndex', 'dropIndex', 'reindex', 'detachPartition'],
  check(change, context) {
    if (!change.concurrently || !context.transaction.open || context.transaction.origin !== 'implicit') return null;
    return {
      why: 'The file holds more than this one statement, so the server runs all of it in one transaction and the migration stops here with 25001.',
      fix: {
        summary: 'Put it into a migration of its own, as its only statement; SET lock_timeout and the like count as statements too.',
        sql: script(ownSql(context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text);',
  bad: [
    {
      sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code); CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);',
      transaction: 'one-string',
      fails: '25001',
    },
  ],
  good: [{ sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'one-string' }],
});
