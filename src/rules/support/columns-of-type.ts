import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';

/** Columns of relations that exist already and have the type, or an array of it; also through domains over it. */
export function columnsUsing(context: RuleContext, type: string): { table: string; column: string; isArray: boolean }[] {
  const direct = context.catalog
    .columnsOfType(type)
    .filter(({ table }) => context.relation(table)?.kind !== 'view')
    .map(({ table, column }) => ({ table, column: column.name, isArray: column.type.endsWith('[]') }));
  const domains = [...context.catalog.types.values()].filter((other) => other.kind === 'domain' && other.base === type);
  return [...direct, ...domains.flatMap((domain) => columnsUsing(context, domain.name))];
}

/** `table.column` of each, for a text. */
export function columnList(columns: readonly { table: string; column: string }[]): string {
  return columns.map(({ table, column }) => `${table}.${quoteIdentifier(column)}`).join(', ');
}
