import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'New NOT NULL column without a default fails on a table with rows',
  why: 'Existing rows would hold NULL: PostgreSQL refuses the column (23502) unless the table is empty, and older code that inserts without it fails as well.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['tableSize'],
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    const hasValue =
      (definition.default !== null && definition.default.literal !== null) ||
      definition.generated ||
      definition.identity ||
      definition.serial;
    if (!definition.notNull || hasValue || context.catalog.types.get(definition.type)?.kind === 'domain') return null;
    if (change.ifNotExists && context.catalog.column(table, definition.name)) return null;
    const size = context.tableFacts(table);
    if (size?.rows === 0) return null;
    return {
      relation: table,
      needs: size ? [] : ['tableSize'],
      why: `The migration fails as soon as ${shown(table)} holds one row, and inserts of the running code, which does not know ${definition.name}, fail where it passes.`,
      fix: {
        summary:
          'Add the column nullable, let the code write it, fill old rows, then make it NOT NULL. Or give it a DEFAULT: a constant costs no rewrite.',
        sql: script(addColumnInSteps({ ...change, definition: { ...definition, notNull: false } }, context)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN status text NOT NULL;', rows: 'INSERT INTO orders VALUES (1);', fails: '23502' },
    { sql: 'ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT NULL;' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN status text;' },
    { sql: "ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'new';" },
    { sql: 'CREATE TABLE notes (id bigint); ALTER TABLE notes ADD COLUMN body text NOT NULL;' },
  ],
});
