import type { ConstraintDefinition, ReferentialAction } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { columnList, freeName } from './names.js';

const actionSql: Record<ReferentialAction, string> = {
  noAction: '',
  restrict: 'RESTRICT',
  cascade: 'CASCADE',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
};

const suffixes = { primaryKey: 'pkey', unique: 'key', check: 'check', foreignKey: 'fkey', exclusion: 'excl', notNull: 'not_null' } as const;

/** Name of the constraint, or the one that the server would choose, quoted. */
export function constraintLabel(context: RuleContext, table: string, constraint: ConstraintDefinition): string {
  if (constraint.name) return quoteIdentifier(constraint.name);
  return quoteIdentifier(freeName(context, table, constraint.kind === 'primaryKey' ? [] : constraint.columns, suffixes[constraint.kind]));
}

/** A foreign key, check or NOT NULL as ALTER TABLE takes it, without name and NOT VALID. */
export function constraintBody(constraint: ConstraintDefinition): string {
  const deferrable = constraint.deferrable ? ` DEFERRABLE${constraint.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const { references } = constraint;
  if (constraint.kind === 'foreignKey' && references) {
    const columns = references.columns.length > 0 ? ` (${columnList(references.columns)})` : '';
    const onDelete = actionSql[references.onDelete] ? ` ON DELETE ${actionSql[references.onDelete]}` : '';
    const onUpdate = actionSql[references.onUpdate] ? ` ON UPDATE ${actionSql[references.onUpdate]}` : '';
    return `FOREIGN KEY (${columnList(constraint.columns)}) REFERENCES ${references.table}${columns}${onDelete}${onUpdate}${deferrable}`;
  }
  if (constraint.kind === 'check') return `CHECK (${constraint.expression?.sql ?? 'true'})${constraint.noInherit ? ' NO INHERIT' : ''}`;
  return `NOT NULL ${columnList(constraint.columns)}`;
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
