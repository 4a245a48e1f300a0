import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'SET TABLESPACE copies the files while everything waits',
  why: 'Moving a table or an index to another tablespace copies it under an ACCESS EXCLUSIVE lock; without a move it is brief.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['setTablespace'],
  check(change, context) {
    const index = context.catalog.indexes.get(change.table);
    const relation = index?.table ?? change.table;
    if (context.relation(relation)?.kind === 'partitionedTable' && !index) return null;
    return {
      relation,
      why: `Reads and writes of ${relation} wait until ${index ? `its index ${index.name}` : 'it'} is copied to ${change.tablespace}.`,
      fix: index
        ? {
            summary: 'Rebuild the index in the other tablespace concurrently, outside a transaction.',
            sql: `REINDEX (CONCURRENTLY, TABLESPACE ${quoteIdentifier(change.tablespace)}) INDEX ${index.name};`,
          }
        : { summary: 'Move it with pg_repack --tablespace, which copies beside the traffic.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE orders SET TABLESPACE fast;', unrunnable: 'needs a second tablespace, which is a folder of the server' },
    { sql: 'ALTER INDEX orders_pkey SET TABLESPACE pg_default;' },
  ],
  good: [
    { sql: 'REINDEX (CONCURRENTLY, TABLESPACE pg_default) INDEX orders_pkey;', transaction: 'none' },
    { sql: 'CREATE TABLE fresh (id int); ALTER TABLE fresh SET TABLESPACE pg_default;' },
  ],
});
