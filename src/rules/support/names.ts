import { qualify, splitQualified } from '../../core/names.js';
import { chooseName } from '../../sql/catalog/apply/naming.js';
import type { RuleContext } from '../rule.js';
import { bareName } from './statement-text.js';

/** A relation as a reader calls it: without the schema `public`. */
export const shown = (name: string): string => (name.startsWith('public.') ? name.slice('public.'.length) : name);

/** Another object in the schema of the relation, qualified for SQL. */
export const besides = (relation: string, name: string): string => qualify(splitQualified(relation).schema ?? 'public', name);


/** A free name for a new object, built as PostgreSQL builds its own: `table_column_suffix`, 63 bytes at most. Not quoted. */
export function freeName(context: RuleContext, table: string, columns: readonly string[], suffix: string): string {
  const relation = context.relation(table);
  return chooseName(
    bareName(table),
    columns.join('_'),
    suffix,
    (name) => context.catalog.has(besides(table, name)) || !!relation?.constraints.has(name),
  );
}

export { columnList } from '../../sql/postgres/write/constraint-text.js';
