import { defineRule } from '../rule.js';
import { constraintLabel, validatedLater } from '../support/constraint-sql.js';
import { laterChanges } from '../support/later-statements.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'low',
  title: 'NOT VALID constraint is never validated',
  why: 'Old rows stay unchecked, and the planner trusts nothing it says. VALIDATE CONSTRAINT checks them while reads and writes go on.',
  source: 'documentation: ALTER TABLE, VALIDATE CONSTRAINT',
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (!constraint.notValid || context.effects.error) return null;
    const later = [...context.statement.changes, ...laterChanges(context, table)];
    const ends = later.some(
      (change) =>
        (change.kind === 'validateConstraint' || change.kind === 'dropConstraint') &&
        change.table === table &&
        (constraint.name === null || change.constraint === constraint.name),
    );
    if (ends || context.statement.unit.direction === 'down') return null;
    return {
      relation: table,
      why: `Rows that ${shown(table)} holds today are not checked against ${constraintLabel(context, table, constraint)}; code that relies on it may meet rows that break it.`,
      fix: { summary: 'Validate it in a later migration.', sql: script(validatedLater(context, table, constraint)) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);',
  bad: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;' }],
  good: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;',
      next: [{ sql: 'ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;' }],
    },
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;',
      transaction: 'none',
    },
  ],
});
