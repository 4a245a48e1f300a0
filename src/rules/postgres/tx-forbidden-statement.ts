import { defineRule } from '../rule.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Statement that cannot run in a transaction',
  why: 'CREATE and DROP DATABASE or TABLESPACE, ALTER SYSTEM, DISCARD ALL and CLUSTER of all tables fail with 25001 inside a transaction.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createDatabase', 'dropDatabase', 'createTablespace', 'alterSystem', 'discard', 'cluster'],
  check(change, context) {
    if (!context.transaction.open || (change.kind === 'discard' && !change.all) || (change.kind === 'cluster' && change.table !== null))
      return null;
    return {
      why: 'The migration fails with 25001 and is rolled back as a whole.',
      fix: {
        summary: 'Run it outside a transaction, in a migration of its own; what concerns the whole server is no matter for a migration.',
        sql: change.kind === 'discard' ? 'DISCARD ALL;' : null,
      },
    };
  },
  bad: [
    { sql: 'DISCARD ALL;', fails: '25001' },
    { sql: 'CREATE DATABASE reports;', fails: '25001' },
    { sql: "ALTER SYSTEM SET work_mem = '8MB';", fails: '25001' },
    { sql: 'DROP DATABASE IF EXISTS reports;', fails: '25001' },
    { sql: 'CLUSTER;', fails: '25001' },
  ],
  good: [{ sql: 'DISCARD ALL;', transaction: 'none' }, { sql: 'DISCARD PLANS;' }],
});
