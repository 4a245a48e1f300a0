import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Change of when a foreign key is checked takes ACCESS EXCLUSIVE',
  why: 'ALTER CONSTRAINT … DEFERRABLE is brief, but all traffic queues behind it while it waits; code meets violations at COMMIT from then on.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['alterConstraint'],
  check({ table, constraint, deferrable, enforced, noInherit }, context) {
    if (deferrable === null || enforced !== null || noInherit !== null) return null;
    return briefLock(context, table, `While the lock for ${constraint} is queued for, reads and writes of ${shown(table)} wait.`);
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer REFERENCES customers (id));',
  bad: [{ sql: 'ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE INITIALLY DEFERRED;' }],
  good: [{ sql: "SET lock_timeout = '2s'; ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE;" }],
});
