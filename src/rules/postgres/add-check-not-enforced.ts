import type { ConstraintDefinition } from '../../core/change.js';
import { defineRule } from '../rule.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { constraintLabel } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'low',
  title: 'NOT ENFORCED constraint guarantees nothing',
  why: 'It is never checked, neither for old rows nor for new ones; it is documentation.',
  source: 'measured: PostgreSQL 18',
  evenWhenNew: true,
  on: ['addConstraint', 'createTable', 'addColumn'],
  check(change, context) {
    const constraints: ConstraintDefinition[] =
      change.kind === 'addConstraint'
        ? [change.constraint]
        : change.kind === 'addColumn'
          ? change.definition.constraints
          : [...change.constraints, ...change.columns.flatMap((column) => column.constraints)];
    const idle = constraints.find((constraint) => !constraint.enforced);
    if (!idle) return null;
    const add = `ALTER TABLE ${change.table} ADD CONSTRAINT ${constraintLabel(context, change.table, idle)} ${constraintBody(idle)} NOT VALID`;
    return {
      relation: change.table,
      why: `Writes to ${shown(change.table)} are never checked against ${idle.expression?.sql ?? idle.name ?? 'the key'}.`,
      fix: {
        summary: 'Add it NOT VALID: new rows are checked at once, old ones when it is validated.',
        sql: change.kind === 'addConstraint' ? script(add) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);',
  bad: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT ENFORCED;', versions: [18, 18] }],
  good: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;' }],
});
