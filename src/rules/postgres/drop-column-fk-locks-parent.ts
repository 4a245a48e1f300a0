import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Dropping a foreign key column locks the referenced table',
  why: 'The key goes with the column, and that takes ACCESS EXCLUSIVE on the referenced table too, until the transaction ends.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropColumn'],
  check({ table, column }, context) {
    if (context.effects.error || hasLockTimeout(context)) return null;
    const key = context.catalog.foreignKeysFrom(table).find(({ constraint }) => constraint.columns.includes(column))?.constraint;
    const parent = key?.references?.table;
    if (!key || !parent || parent === table) return null;
    return {
      relation: parent,
      why: `Every read and write of ${shown(parent)} waits too while ${column} of ${shown(table)} is dropped.`,
      fix: {
        summary: 'Drop the foreign key first, alone, under a lock_timeout, then the column.',
        sql: underLockTimeout(script(`ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(key.name)}`, ownSql(context))),
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), note text);',
  bad: [{ sql: 'ALTER TABLE orders DROP COLUMN customer_id;' }],
  good: [{ sql: "SET lock_timeout = '2s'; ALTER TABLE orders DROP COLUMN customer_id;" }, { sql: 'ALTER TABLE orders DROP COLUMN note;' }],
});
