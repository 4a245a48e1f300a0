import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'data',
  severity: 'medium',
  title: 'Unlogged table: empty after a crash, missing on replicas',
  why: 'An unlogged table skips the write-ahead log: a crash empties it, replicas and point-in-time recovery do not have its rows.',
  source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED',
  evenWhenNew: true,
  on: ['createTable', 'createTableAs'],
  check(change, context) {
    if (change.persistence !== 'unlogged') return null;
    return {
      relation: change.table,
      why: `Rows of ${change.table} are gone after a crash or a failover.`,
      fix: {
        summary: 'Make it a logged table, unless losing every row is fine (a cache, a staging area).',
        sql: statementText(context).replace(/\bUNLOGGED\s+/i, ''),
      },
    };
  },
  bad: [{ sql: 'CREATE UNLOGGED TABLE sessions (id bigint PRIMARY KEY, payload text);' }],
  good: [{ sql: 'CREATE TABLE sessions (id bigint PRIMARY KEY, payload text);' }, { sql: 'CREATE TEMP TABLE sessions (id bigint);' }],
});
