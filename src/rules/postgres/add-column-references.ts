import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'New foreign key column locks the referenced table too',
  why: 'A nullable column with REFERENCES needs no scan, but holds ACCESS EXCLUSIVE on its table and SHARE ROW EXCLUSIVE on the referenced one until the transaction ends.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['add-column-brief-lock'],
  on: ['addColumn'],
  check({ table, definition }, context) {
    const key = definition.constraints.find((constraint) => constraint.kind === 'foreignKey');
    const parent = key?.references?.table;
    if (!parent || parent === table || context.effects.scans.length > 0) return null;
    return briefLock(
      context,
      parent,
      `Writes to ${shown(parent)}, and all traffic on ${shown(table)}, wait while the lock is queued for and until the transaction ends.`,
    );
  },
  setup: 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers (id);' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers (id);" },
    { sql: 'CREATE TABLE shops (id bigint PRIMARY KEY); ALTER TABLE orders ADD COLUMN shop_id bigint REFERENCES shops (id);' },
  ],
});
