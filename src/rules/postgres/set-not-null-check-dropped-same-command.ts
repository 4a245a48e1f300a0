import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'SET NOT NULL loses its proof in the same ALTER TABLE',
  why: 'When the CHECK that proves it is dropped by the same statement, in whatever order, the whole table is read under ACCESS EXCLUSIVE after all.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['set-not-null', 'set-not-null-proof-version'],
  on: ['setNotNull'],
  check({ table, column }, context) {
    if (context.effects.scans.length === 0) return null;
    const dropped = context.statement.changes.flatMap((change) => (change.kind === 'dropConstraint' ? [change.constraint] : []));
    const proof = dropped.find((name) => {
      const check = context.catalog.constraint(table, name);
      return check?.kind === 'check' && check.valid && check.expression?.provesNotNull.includes(column);
    });
    if (!proof) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until all rows are checked again, although ${proof} has proven them.`,
      fix: {
        summary: 'Drop the CHECK in a statement of its own, after SET NOT NULL.',
        sql: script(
          `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} SET NOT NULL`,
          `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(proof)}`,
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text, CONSTRAINT note_there CHECK (note IS NOT NULL));',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL, DROP CONSTRAINT note_there;' },
    { sql: 'ALTER TABLE orders DROP CONSTRAINT note_there, ALTER COLUMN note SET NOT NULL;' },
  ],
  good: [{ sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT note_there;' }],
});
