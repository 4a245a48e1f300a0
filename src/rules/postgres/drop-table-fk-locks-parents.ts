import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Dropping a table locks the tables that its foreign keys reference',
  why: 'DROP TABLE takes ACCESS EXCLUSIVE on every referenced table at once, until the transaction ends: a dead table can stop a busy one.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropTable'],
  check({ table }, context) {
    if (context.effects.error || hasLockTimeout(context) || context.isNew(table)) return null;
    const keys = context.catalog
      .foreignKeysFrom(table)
      .filter(({ constraint }) => constraint.references && constraint.references.table !== table);
    const parents = [...new Set(keys.map(({ constraint }) => constraint.references?.table ?? ''))];
    if (parents.length === 0) return null;
    return {
      relation: parents[0],
      why: `Every read and write of ${listed(parents.map(shown))} waits too while ${shown(table)} is dropped.`,
      fix: {
        summary: 'Drop each foreign key first, alone, under a lock_timeout, then the table.',
        sql: underLockTimeout(
          script(
            keys.map(({ constraint }) => `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`),
            ownSql(context),
          ),
        ),
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id)); CREATE TABLE notes (id bigint);',
  bad: [{ sql: 'DROP TABLE orders;' }],
  good: [{ sql: "SET lock_timeout = '2s'; DROP TABLE orders;" }, { sql: 'DROP TABLE notes;' }],
});
