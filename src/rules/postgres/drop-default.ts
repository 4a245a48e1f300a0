import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'Default of a NOT NULL column is dropped',
  why: 'Inserts of running code that leave the column to its default fail with 23502 from now on.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['dropDefault'],
  check({ table, column }, context) {
    const existing = context.catalog.column(table, column);
    const siblings = [...context.statement.changes, ...context.after.flatMap(({ changes }) => changes)];
    if (
      !existing?.notNull ||
      !existing.default ||
      siblings.some(
        (change) => (change.kind === 'setDefault' || change.kind === 'addIdentity') && change.table === table && change.column === column,
      )
    )
      return null;
    return {
      relation: table,
      needs: ['applicationCode'],
      why: `Inserts into ${shown(table)} that do not name ${column} fail from the moment of the migration.`,
      fix: { summary: 'Deploy code that always writes the column first; drop the default in a later migration.', sql: null },
    };
  },
  setup: "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'new', note text DEFAULT '');",
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;' }],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note DROP DEFAULT;' },
    { sql: "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status SET DEFAULT 'open';" },
  ],
});
