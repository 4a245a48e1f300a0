import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { expandedColumn } from './backfill.js';
import { script } from './script.js';

/** What was changed into what, as far as the schema is known. */
export const typeBefore = (change: ChangeOf<'alterColumnType'>, context: RuleContext): string | null =>
  context.catalog.column(change.table, change.column)?.type || null;

/** The way out of nearly every change of type, in words. */
export const newColumnSummary =
  'Expand and contract: add a column of the new type, keep it filled by a trigger, fill old rows in batches, move the code over, then drop the old column in a later migration.';

/** A column of the new type beside the old one. */
export function newColumnOfType(change: ChangeOf<'alterColumnType'>, context: RuleContext, value?: string): string {
  const taken = context.relation(change.table)?.columns;
  const name = [`${change.column}_new`, `${change.column}_new2`].find((candidate) => !taken?.has(candidate)) ?? `${change.column}_next`;
  const simple = `${quoteIdentifier(change.column)}::${change.type}`;
  return script(expandedColumn(context, change.table, change.column, { name, type: change.type }, value ?? change.using?.sql ?? simple));
}

/** Sizes of `varchar(n)`, `numeric(p,s)`; null when the type has none. */
export const sizesOf = (type: string): number[] | null => /\(([\d, ]+)\)/.exec(type)?.[1]?.split(',').map(Number) ?? null;
