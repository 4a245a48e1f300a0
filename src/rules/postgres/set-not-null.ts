import { defineRule } from '../rule.js';
import { notNullInSteps } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'SET NOT NULL reads the whole table under ACCESS EXCLUSIVE',
  why: 'Nobody can read or write the table until every row is checked, unless a valid CHECK (… IS NOT NULL) proves it. Code that still inserts NULL fails afterwards.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['nulls'],
  on: ['setNotNull'],
  check({ table, column }, context) {
    if (context.effects.scans.length === 0) return null;
    return {
      relation: table,
      needs: ['nulls'],
      why: `Every read and write of ${shown(table)} waits until all rows are checked for NULL in ${column}; one NULL stops the migration.`,
      fix: {
        summary:
          context.version >= 18
            ? 'Add the NOT NULL constraint NOT VALID, then validate it in a transaction of its own: reads and writes go on.'
            : 'Add a CHECK (… IS NOT NULL) NOT VALID, validate it in a transaction of its own, SET NOT NULL (which then needs no scan), drop the CHECK.',
        sql: script(notNullInSteps(context, table, column)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;', rows: 'INSERT INTO orders VALUES (1);', fails: '23502' },
  ],
  good: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT note_there; ALTER TABLE orders ALTER COLUMN note SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT note_there;',
      transaction: 'none',
    },
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT note_there;',
      transaction: 'none',
      versions: [18, 18],
    },
    { sql: 'CREATE TABLE notes (a text); ALTER TABLE notes ALTER COLUMN a SET NOT NULL;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN id SET NOT NULL;' },
  ],
});
