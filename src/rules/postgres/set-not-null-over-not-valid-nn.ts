import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'SET NOT NULL over a NOT VALID constraint scans',
  why: 'Where a NOT NULL constraint is there but not validated, SET NOT NULL validates it under ACCESS EXCLUSIVE, even beside a valid CHECK. VALIDATE CONSTRAINT does it while reads and writes go on.',
  source: 'measured: PostgreSQL 18',
  sizeMatters: true,
  supersedes: ['set-not-null', 'set-not-null-proof-version'],
  on: ['setNotNull'],
  check({ table, column }, context) {
    const existing = context.catalog.column(table, column);
    if (!existing?.notNull || existing.notNullValid || context.effects.scans.length === 0) return null;
    const constraint = [...(context.relation(table)?.constraints.values() ?? [])].find(
      (other) => other.kind === 'notNull' && other.columns.includes(column),
    );
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until all rows are checked for NULL in ${column}.`,
      fix: {
        summary: 'Validate the constraint that is there.',
        sql: constraint ? script(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoteIdentifier(constraint.name)}`) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [
    {
      setup: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID;',
      sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;',
      versions: [18, 18],
    },
  ],
  good: [
    {
      setup: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID;',
      sql: 'ALTER TABLE orders VALIDATE CONSTRAINT note_there;',
      versions: [18, 18],
    },
  ],
});
