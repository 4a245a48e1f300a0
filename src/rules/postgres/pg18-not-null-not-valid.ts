import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'NOT NULL … NOT VALID: the safe form of PostgreSQL 18',
  why: 'The constraint holds for new rows at once; VALIDATE CONSTRAINT later reads the old rows while reads and writes go on. A syntax error before 18.',
  source: 'measured: PostgreSQL 18',
  quiet: true,
  on: ['addConstraint'],
  check({ table, constraint }) {
    if (constraint.kind !== 'notNull' || !constraint.notValid) return null;
    return {
      relation: table,
      why: `Traffic on ${shown(table)} waits for a moment only; inserts of NULL into ${constraint.columns.join(', ')} fail from now on.`,
      fix: { summary: 'Nothing but VALIDATE CONSTRAINT in a later transaction.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID;', versions: [18, 18] }],
  good: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;' }],
});
