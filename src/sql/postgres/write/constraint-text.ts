import type { ConstraintDefinition, ReferentialAction } from '../../../core/change.js';
import { quoteIdentifier } from '../../../core/names.js';

const actionSql: Record<ReferentialAction, string> = {
  noAction: '',
  restrict: 'RESTRICT',
  cascade: 'CASCADE',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
};

/** Columns as they stand between parentheses. */
export const columnList = (columns: readonly string[]): string => columns.map(quoteIdentifier).join(', ');

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
