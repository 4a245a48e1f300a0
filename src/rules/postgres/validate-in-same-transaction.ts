import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'lock',
  severity: 'high',
  title: 'Constraint is validated while the lock of its making is held',
  why: 'In one transaction NOT VALID saves nothing: the strong lock that ADD CONSTRAINT took is held during the whole scan.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['validateConstraint'],
  check({ table, constraint: name }, context) {
    const siblings = context.statement.changes.filter((change) => change.kind === 'addConstraint');
    const earlier = context.transaction.open ? context.transaction.earlier.flatMap((statement) => statement.changes) : [];
    const added = [...earlier, ...siblings].find(
      (change) => change.kind === 'addConstraint' && change.table === table && change.constraint.name === name,
    );
    if (added?.kind !== 'addConstraint') return null;
    const isForeignKey = added.constraint.kind === 'foreignKey';
    const parent = added.constraint.references?.table;
    return {
      relation: table,
      why: `${isForeignKey ? `Every write to ${shown(table)}${parent ? ` and ${shown(parent)}` : ''}` : `Every read and write of ${shown(table)}`} waits until all rows are checked against ${name} and the transaction ends.`,
      fix: {
        summary:
          'Commit in between: ADD CONSTRAINT … NOT VALID in one migration, VALIDATE CONSTRAINT in the next, or in a file that runs without a transaction.',
        sql:
          added.constraint.expression || isForeignKey || added.constraint.kind === 'notNull'
            ? script(validatedLater(context, table, added.constraint))
            : script(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`),
      },
    };
  },
  setup: 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, amount integer);',
  bad: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;',
    },
    {
      sql: 'BEGIN; ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT orders_customer; COMMIT;',
      transaction: 'none',
    },
  ],
  good: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;',
      transaction: 'none',
    },
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;',
      next: [{ sql: 'ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;' }],
    },
  ],
});
