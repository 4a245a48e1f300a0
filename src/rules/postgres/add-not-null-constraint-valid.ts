import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'NOT NULL constraint reads the whole table under ACCESS EXCLUSIVE',
  why: 'ADD CONSTRAINT … NOT NULL without NOT VALID checks every row while nobody can read or write the table.',
  source: 'measured: PostgreSQL 18',
  sizeMatters: true,
  needs: ['nulls'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (constraint.kind !== 'notNull' || constraint.notValid || context.effects.scans.length === 0) return null;
    return {
      relation: table,
      needs: ['nulls'],
      why: `Every read and write of ${shown(table)} waits until all rows are checked for NULL in ${constraint.columns.join(', ')}.`,
      fix: {
        summary: 'Add it NOT VALID, then validate it in a transaction of its own.',
        sql: script(validatedLater(context, table, constraint)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note;', versions: [18, 18] }],
  good: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID;', versions: [18, 18] }],
});
