import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'CHECK reads the whole table under ACCESS EXCLUSIVE',
  why: 'ADD CONSTRAINT … CHECK without NOT VALID checks every row while nobody can read or write the table.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['values'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (constraint.kind !== 'check' || constraint.notValid || !constraint.enforced || context.effects.scans.length === 0) return null;
    return {
      relation: table,
      needs: ['values'],
      why: `Every read and write of ${shown(table)} waits until all rows are checked; one that does not pass stops the migration.`,
      fix: {
        summary:
          'Add it NOT VALID, which is checked for new rows at once, then validate it in a transaction of its own: reads and writes go on.',
        sql: script(validatedLater(context, table, constraint)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);',
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);' },
    { sql: 'ALTER TABLE orders ADD CHECK (amount > 0 AND amount < 1000);' },
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);',
      rows: 'INSERT INTO orders VALUES (1, -1);',
      fails: '23514',
    },
  ],
  good: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;',
      transaction: 'none',
    },
    { sql: 'CREATE TABLE notes (a integer); ALTER TABLE notes ADD CHECK (a > 0);' },
  ],
});
