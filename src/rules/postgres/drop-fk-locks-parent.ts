import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Dropping a foreign key locks the referenced table, reads and all',
  why: 'DROP CONSTRAINT of a foreign key takes ACCESS EXCLUSIVE on both tables: more than adding it.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropConstraint'],
  check({ table, constraint: name }, context) {
    const parent = context.catalog.constraint(table, name)?.references?.table;
    if (!parent || parent === table) return null;
    return briefLock(
      context,
      parent,
      `While the lock is queued for, and until the transaction ends, every read and write of ${shown(parent)} waits, not only of ${shown(table)}.`,
    );
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer REFERENCES customers (id), amount integer CONSTRAINT positive CHECK (amount > 0));',
  bad: [{ sql: 'ALTER TABLE orders DROP CONSTRAINT orders_customer;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders DROP CONSTRAINT orders_customer;" },
    { sql: 'ALTER TABLE orders DROP CONSTRAINT positive;' },
  ],
});
