import type { ConstraintDefinition } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';
import type { RuleContext } from '../rule.js';
import { freeName } from './names.js';

const suffixes = { primaryKey: 'pkey', unique: 'key', check: 'check', foreignKey: 'fkey', exclusion: 'excl', notNull: 'not_null' } as const;

/** Name of the constraint, or the one that the server would choose, quoted. */
export function constraintLabel(context: RuleContext, table: string, constraint: ConstraintDefinition): string {
  if (constraint.name) return quoteIdentifier(constraint.name);
  return quoteIdentifier(freeName(context, table, constraint.kind === 'primaryKey' ? [] : constraint.columns, suffixes[constraint.kind]));
}

/** The constraint for new rows at once, then for old rows with reads and writes going on. */
export function validatedLater(context: RuleContext, table: string, constraint: ConstraintDefinition): string[] {
  const name = constraintLabel(context, table, constraint);
  const body = constraintBody(constraint);
  const add = (relation: string): string[] => [
    `ALTER TABLE ${relation} ADD CONSTRAINT ${name} ${body} NOT VALID`,
    `ALTER TABLE ${relation} VALIDATE CONSTRAINT ${name}`,
  ];
  // NOT VALID foreign keys on partitioned tables exist from 18 on; before, validated keys of the partitions are taken over.
  if (constraint.kind === 'foreignKey' && context.version < 18 && context.relation(table)?.kind === 'partitionedTable') {
    return [...context.catalog.leaves(table).flatMap(add), `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${body}`];
  }
  return add(table);
}

/** NOT NULL without a scan under a strong lock: by a NOT VALID constraint from 18 on, by a proving CHECK before. */
export function notNullInSteps(context: RuleContext, table: string, column: string): string[] {
  const name = quoteIdentifier(freeName(context, table, [column], 'not_null'));
  const quoted = quoteIdentifier(column);
  const validate = `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`;
  if (context.version >= 18) return [`ALTER TABLE ${table} ADD CONSTRAINT ${name} NOT NULL ${quoted} NOT VALID`, validate];
  return [
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${quoted} IS NOT NULL) NOT VALID`,
    validate,
    `ALTER TABLE ${table} ALTER COLUMN ${quoted} SET NOT NULL`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${name}`,
  ];
}
