import type { ConstraintDefinition } from '../../core/change.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'CHECK whose answer changes with time or with other rows',
  why: 'PostgreSQL checks a row when it is written and never again: a CHECK with now() or a function that queries stops holding, and a restored dump may refuse its own rows. A subquery is refused (0A000).',
  source: 'documentation: 5.5.1 Check Constraints',
  evenWhenNew: true,
  on: ['addConstraint', 'createTable', 'addColumn'],
  check(change, context) {
    const constraints: ConstraintDefinition[] =
      change.kind === 'addConstraint'
        ? [change.constraint]
        : change.kind === 'addColumn'
          ? change.definition.constraints
          : [...change.constraints, ...change.columns.flatMap((column) => column.constraints)];
    const shifting = constraints.find(
      (constraint) =>
        constraint.kind === 'check' &&
        constraint.expression &&
        (constraint.expression.hasSubquery || ['stable', 'volatile'].includes(context.catalog.volatilityOf(constraint.expression))),
    );
    if (!shifting?.expression) return null;
    const { hasSubquery } = shifting.expression;
    return {
      relation: change.table,
      severity: hasSubquery ? 'high' : 'medium',
      why: hasSubquery
        ? `The migration stops here: a CHECK of ${shown(change.table)} cannot hold a subquery.`
        : `Rows of ${shown(change.table)} that pass today break ${shifting.expression.sql} later: any UPDATE of them, and a restore of a backup, then fails.`,
      fix: { summary: 'Check it where the row is written: in a BEFORE trigger, or in the application.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, due date, amount integer);',
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT due_later CHECK (due >= CURRENT_DATE) NOT VALID;' },
    { sql: 'CREATE TABLE visits (id bigint, at timestamptz CHECK (at <= now()));' },
    { sql: 'ALTER TABLE orders ADD CHECK (amount < (SELECT 5));', fails: '0A000' },
  ],
  good: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (abs(amount) = amount) NOT VALID;' }],
});
