import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { notNullInSteps } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'The CHECK on the column does not prove NOT NULL',
  why: 'Only a valid CHECK that says IS NOT NULL saves the scan: CHECK (c > 0) passes on NULL, and a NOT VALID one proves nothing about old rows.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['set-not-null'],
  on: ['setNotNull'],
  check({ table, column }, context) {
    if (context.effects.scans.length === 0) return null;
    const dropped = new Set(context.statement.changes.flatMap((change) => (change.kind === 'dropConstraint' ? [change.constraint] : [])));
    const checks = [...(context.relation(table)?.constraints.values() ?? [])].filter(
      (check) => check.kind === 'check' && check.columns.includes(column) && !dropped.has(check.name),
    );
    const unproven = checks.find((check) => !check.valid && check.expression?.provesNotNull.includes(column));
    const check = unproven ?? checks[0];
    if (!check) return null;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits for a scan: ${check.name} ${unproven ? 'is not validated yet' : `passes when ${column} is NULL`}.`,
      fix: unproven
        ? {
            summary: 'Validate the CHECK first, in a transaction of its own.',
            sql: script(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoteIdentifier(check.name)}`, ownSql(context)),
          }
        : {
            summary: 'Prove it by a constraint that says NOT NULL, NOT VALID first, validated afterwards.',
            sql: script(notNullInSteps(context, table, column)),
          },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer CHECK (amount > 0), note text, CONSTRAINT note_long CHECK (note IS NOT NULL AND char_length(note) > 1)); ALTER TABLE orders ADD COLUMN code text; ALTER TABLE orders ADD CONSTRAINT code_there CHECK (code IS NOT NULL) NOT VALID;',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN amount SET NOT NULL;' }, { sql: 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL;' }],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;' },
    { sql: 'ALTER TABLE orders VALIDATE CONSTRAINT code_there; ALTER TABLE orders ALTER COLUMN code SET NOT NULL;', transaction: 'none' },
  ],
});
