import type { ConstraintDefinition } from '../../core/change.js';
import { defineRule, type RuleContext } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

/** True when every partition already has the key, validated: the parent's then takes them over without a scan. */
function isTakenOver(context: RuleContext, table: string, key: ConstraintDefinition): boolean {
  if (context.relation(table)?.kind !== 'partitionedTable') return false;
  const leaves = context.catalog.leaves(table);
  const has = (leaf: string): boolean =>
    context.catalog
      .foreignKeysFrom(leaf)
      .some(
        ({ constraint }) =>
          constraint.valid && constraint.columns.join() === key.columns.join() && constraint.references?.table === key.references?.table,
      );
  return leaves.length > 0 && leaves.every(has);
}

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Foreign key checks every row while writes to both tables wait',
  why: 'ADD FOREIGN KEY without NOT VALID holds SHARE ROW EXCLUSIVE on both tables until the last row is checked.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['values'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    const parent = constraint.references?.table;
    if (
      constraint.kind !== 'foreignKey' ||
      !parent ||
      constraint.notValid ||
      !constraint.enforced ||
      context.effects.scans.length === 0 ||
      context.effects.error
    )
      return null;
    if (isTakenOver(context, table, constraint)) return null;
    const isPartitioned = context.relation(table)?.kind === 'partitionedTable' && context.version < 18;
    return {
      relation: table,
      needs: ['values'],
      why: `Every write to ${shown(table)}${parent === table ? '' : ` and to ${shown(parent)}`} waits until all rows of ${shown(table)} are checked; one without its counterpart stops the migration.`,
      fix: {
        summary: isPartitioned
          ? 'NOT VALID is refused on a partitioned table before PostgreSQL 18: add it NOT VALID to each partition, validate each, then add it to the parent, which takes them over.'
          : 'Add it NOT VALID, which is checked for new rows at once, then validate it in a transaction of its own: reads and writes go on.',
        sql: script(validatedLater(context, table, constraint)),
      },
    };
  },
  setup: `CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, parent_id bigint);
CREATE TABLE events (customer_id bigint, day date) PARTITION BY RANGE (day); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');`,
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);' },
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (parent_id) REFERENCES orders ON DELETE SET NULL;' },
    { sql: 'ALTER TABLE events ADD CONSTRAINT events_customer FOREIGN KEY (customer_id) REFERENCES customers (id);' },
  ],
  good: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT orders_customer;',
      transaction: 'none',
    },
    { sql: 'CREATE TABLE notes (customer_id bigint); ALTER TABLE notes ADD FOREIGN KEY (customer_id) REFERENCES customers (id);' },
  ],
});
