import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'CHECK at a new column reads the whole table',
  why: 'Although every row holds NULL or the default, PostgreSQL checks each of them while ACCESS EXCLUSIVE is held.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (
      definition.generated ||
      !definition.constraints.some((constraint) => constraint.kind === 'check' && constraint.enforced) ||
      context.effects.scans.length === 0
    )
      return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until the CHECK on ${definition.name} has read all rows.`,
      fix: {
        summary: 'Add the column, then the CHECK NOT VALID, then validate it in a transaction of its own.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN weight integer CHECK (weight > 0);' },
    { sql: 'ALTER TABLE orders ADD COLUMN weight integer NOT NULL DEFAULT 1 CHECK (weight > 0);' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN weight integer; ALTER TABLE orders ADD CONSTRAINT weight_check CHECK (weight > 0) NOT VALID;' },
  ],
});
