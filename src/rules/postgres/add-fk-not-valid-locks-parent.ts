import { defineRule } from '../rule.js';
import { briefLock, underLockTimeout } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { indexOf } from '../support/statement-index.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'New foreign key holds up writes to the referenced table',
  why: 'Even NOT VALID, or on a new and empty table, ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on the referenced table until the transaction ends.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    const parent = constraint.references?.table;
    if (constraint.kind !== 'foreignKey' || !parent || parent === table || !(constraint.notValid || context.isNew(table))) return null;
    const violation = briefLock(
      context,
      parent,
      `Writes to ${shown(parent)} wait while the lock is queued for behind open transactions, and until this transaction ends.`,
    );
    const made = indexOf(context.before).creators.get(table);
    if (!violation || !made) return violation;
    return { ...violation, fix: { ...violation.fix, sql: underLockTimeout(script(withoutSemicolon(made.sql), ownSql(context))) } };
  },
  setup: 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
    { sql: 'CREATE TABLE notes (customer_id bigint); ALTER TABLE notes ADD FOREIGN KEY (customer_id) REFERENCES customers (id);' },
  ],
  good: [
    {
      sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;",
    },
    {
      sql: 'CREATE TABLE shops (id bigint PRIMARY KEY); CREATE TABLE notes (shop_id bigint); ALTER TABLE notes ADD FOREIGN KEY (shop_id) REFERENCES shops (id);',
    },
  ],
});
