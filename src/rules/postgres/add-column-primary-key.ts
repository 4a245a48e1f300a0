import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'PRIMARY KEY at a new column builds its index under ACCESS EXCLUSIVE',
  why: 'ADD COLUMN … PRIMARY KEY fills the column, reads the whole table and builds the index while nobody can read or write it.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: [
    'add-column-serial',
    'add-column-identity',
    'add-column-default-volatile',
    'add-column-default-nextval',
    'add-column-not-null-no-default',
  ],
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    if (!definition.constraints.some((constraint) => constraint.kind === 'primaryKey') || context.effects.error) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until ${definition.name} is filled and the key's index is built.`,
      fix: {
        summary:
          'Add the column, fill it in batches, make it NOT NULL by a validated constraint, build the unique index concurrently, then make it the key.',
        sql: script(addColumnInSteps(change, context)),
      },
    };
  },
  setup: 'CREATE TABLE events (name text);',
  bad: [
    { sql: 'ALTER TABLE events ADD COLUMN id bigserial PRIMARY KEY;' },
    { sql: 'ALTER TABLE events ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;' },
  ],
  good: [{ sql: 'ALTER TABLE events ADD COLUMN id bigint;' }],
});
