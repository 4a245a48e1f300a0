import type { Estimate } from '../core/effects.js';
import { LockkeeperError } from '../core/errors.js';
import type { Facts } from '../core/facts.js';
import { qualify, quoteIdentifier, splitName, splitQualified } from '../core/names.js';
import type { AnalysedStatement } from '../sql/analysis.js';
import { chooseName } from '../sql/catalog/apply/naming.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import type { Column, Relation } from '../sql/catalog/types.js';
import type { Surroundings } from '../core/surroundings.js';

/** What a recipe knows: the schema before its change, and the target as far as it was looked at. */
export interface RecipeContext {
  catalog: Catalog;
  /** Major version of the server. */
  version: number;
  facts: Facts | null;
  /** Time zone of the target's sessions; null when it is not known. */
  timeZone: string | null;
  surroundings: Surroundings;
  /** Way that the caller chose, where a recipe offers several. */
  way: string | null;
  /** How long heavy statements take, from the sizes of the target; null without them. */
  estimate: ((statement: AnalysedStatement, facts: Facts | null) => Estimate | null) | null;
}

/** A relation as a reader calls it: without the schema `public`. */
export const shown = (name: string): string => (name.startsWith('public.') ? name.slice('public.'.length) : name);

/** Last part of a name, without quotes. */
export const bare = (name: string): string => splitName(name).at(-1) ?? name;

/** Another object in the schema of the relation, qualified for SQL. */
export const beside = (relation: string, name: string): string => qualify(splitQualified(relation).schema ?? 'public', name);

/** A string as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Qualified name of a relation as somebody wrote it: along `public` when it has no schema and stands in no other one.
 */
export function relationName(catalog: Catalog, written: string): string {
  const { schema, name } = splitQualified(written);
  if (schema !== null) return qualify(schema, name);
  const here = qualify('public', name);
  if (catalog.relations.has(here)) return here;
  const elsewhere = [...catalog.relations.keys()].filter((each) => bare(each) === name);
  return elsewhere.length === 1 && elsewhere[0] !== undefined ? elsewhere[0] : here;
}

/**
 * The table that a recipe works on.
 *
 * @throws LockkeeperError BAD_USAGE when the schema is fully known and it is not there
 */
export function tableOf(context: RecipeContext, table: string): Relation | null {
  const relation = context.catalog.relation(table);
  if (relation?.known) return relation;
  if (relation === undefined && context.catalog.complete) {
    throw new LockkeeperError('BAD_USAGE', `There is no table ${shown(table)}.`, 'Check its name; give its schema where it is not public.');
  }
  return null;
}

/** The column, checked. @throws LockkeeperError BAD_USAGE when the table is known and has no such column */
export function columnOf(context: RecipeContext, table: string, column: string): Column | null {
  const relation = tableOf(context, table);
  const found = relation?.columns.get(column) ?? null;
  if (relation !== null && found === null) {
    const has = [...relation.columns.keys()].slice(0, 12).join(', ');
    throw new LockkeeperError('BAD_USAGE', `${shown(table)} has no column ${column}.`, `It has ${has}.`);
  }
  return found;
}

/** A free name for a new object, as PostgreSQL builds its own: `table_column_suffix`, 63 bytes at most. Not quoted. */
export function freeName(context: RecipeContext, table: string, columns: readonly string[], suffix: string): string {
  const relation = context.catalog.relation(table);
  return chooseName(
    bare(table),
    columns.join('_'),
    suffix,
    (name) => context.catalog.has(beside(table, name)) || !!relation?.constraints.has(name) || !!relation?.triggers.has(name),
  );
}

/** A free name for a column beside another one. */
export function freeColumn(context: RecipeContext, table: string, column: string, suffix: string): string {
  const taken = context.catalog.relation(table)?.columns;
  for (let number = 1; ; number += 1) {
    const candidate = `${column.slice(0, 50)}_${suffix}${number === 1 ? '' : number}`;
    if (!taken?.has(candidate)) return candidate;
  }
}

/** Columns of the primary key; empty when there is none or the table is not known. */
export function primaryKeyOf(relation: Relation | null | undefined): string[] {
  return [...(relation?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primaryKey')?.columns ?? [];
}

/** `ALTER TABLE t ` with the rest. */
export const alter = (table: string, action: string): string => `ALTER TABLE ${table} ${action}`;

/** `ALTER TABLE t ALTER COLUMN c ` with the rest. */
export const alterColumn = (table: string, column: string, action: string): string =>
  alter(table, `ALTER COLUMN ${quoteIdentifier(column)} ${action}`);
