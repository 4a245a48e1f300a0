import { defineRule } from '../rule.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'SET LOGGED or UNLOGGED writes the whole table anew',
  why: 'The table and its indexes are copied under an ACCESS EXCLUSIVE lock; an unlogged table is emptied by a crash and is not on replicas.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['setPersistence'],
  check(change, context) {
    const relation = context.relation(change.table);
    if (context.effects.error || (relation?.known && relation.persistence === (change.logged ? 'permanent' : 'unlogged'))) return null;
    return {
      relation: change.table,
      why: `Reads and writes of ${change.table} wait until it is copied.${change.logged ? '' : ' After a crash it is empty, and replicas never have its rows.'}`,
      fix: { summary: 'Make a new table of the wanted kind, copy in batches while a trigger keeps it up, then swap the names.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE UNLOGGED TABLE cache (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders SET UNLOGGED;' }, { sql: 'ALTER TABLE cache SET LOGGED;' }],
  good: [{ sql: 'ALTER TABLE orders SET LOGGED;' }, { sql: 'CREATE UNLOGGED TABLE fresh (id int); ALTER TABLE fresh SET LOGGED;' }],
});
