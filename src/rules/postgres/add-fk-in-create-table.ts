import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'New table with a foreign key holds up writes to the referenced table',
  why: 'CREATE TABLE … REFERENCES takes SHARE ROW EXCLUSIVE on the referenced table until the transaction ends.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['createTable'],
  check({ table, columns, constraints }, context) {
    const keys = [...constraints, ...columns.flatMap((column) => column.constraints)];
    const parents = [...new Set(keys.flatMap((key) => (key.references ? [key.references.table] : [])))].filter(
      (parent) => parent !== table && !context.isNew(parent),
    );
    if (parents.length === 0) return null;
    return briefLock(
      context,
      parents[0],
      `Writes to ${listed(parents.map(shown))} wait while the lock is queued for behind open transactions, and until this transaction ends.`,
    );
  },
  setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));' },
    { sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, FOREIGN KEY (customer_id) REFERENCES customers);' },
  ],
  good: [
    { sql: "SET lock_timeout = '2s'; CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));" },
    {
      sql: 'CREATE TABLE shops (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint REFERENCES shops (id));',
    },
  ],
});
