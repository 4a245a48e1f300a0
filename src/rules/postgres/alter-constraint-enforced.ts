import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'ALTER CONSTRAINT … ENFORCED checks every row under ACCESS EXCLUSIVE',
  why: 'There is no NOT VALID for it: both tables are read while reads and writes of the one, and writes to the other, wait.',
  source: 'measured: PostgreSQL 18',
  sizeMatters: true,
  on: ['alterConstraint'],
  check({ table, constraint: name, enforced }, context) {
    if (enforced !== true || context.effects.scans.length === 0) return null;
    const existing = context.catalog.constraint(table, name);
    const parent = existing?.references?.table;
    const fresh = freeName(context, table, existing?.columns ?? [], 'fkey');
    return {
      relation: table,
      why: `Every read and write of ${shown(table)}${parent ? `, and every write to ${shown(parent)},` : ''} waits until all rows are checked against ${name}.`,
      fix: {
        summary: 'Add a second, enforced foreign key NOT VALID, validate it, then drop the idle one.',
        sql: existing?.references
          ? script(
              validatedLater(context, table, { ...existing, name: fresh, enforced: true }),
              `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(name)}`,
            )
          : null,
      },
    };
  },
  setup: 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
  bad: [
    {
      setup: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT ENFORCED;',
      sql: 'ALTER TABLE orders ALTER CONSTRAINT orders_customer ENFORCED;',
      versions: [18, 18],
    },
  ],
  good: [
    {
      setup: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);',
      sql: 'ALTER TABLE orders ALTER CONSTRAINT orders_customer NOT ENFORCED;',
      versions: [18, 18],
    },
  ],
});
