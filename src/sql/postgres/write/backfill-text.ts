import type { BackfillSpec } from '../../../core/plan.js';

/** The statement of one range. `range` is a condition on the key; empty: all rows. */
export function batchStatement(spec: BackfillSpec, range: string): string {
  const where = range === '' ? `(${spec.where})` : `${range} AND (${spec.where})`;
  switch (spec.action) {
    case 'update':
      return `UPDATE ${spec.table} SET ${spec.assignment ?? ''} WHERE ${where}`;
    case 'delete':
      return `DELETE FROM ${spec.table} WHERE ${where}`;
    case 'copy':
      return `${spec.assignment ?? ''} WHERE ${where} ON CONFLICT DO NOTHING`;
  }
}

/** Rows that are still to be done. Reads the table. */
export function countStatement(spec: BackfillSpec): string {
  return `SELECT count(*) AS rows FROM ${spec.table} WHERE ${spec.where}`;
}
