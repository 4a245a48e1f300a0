import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { besides, columnList, freeName } from './names.js';

/** Fills rows a few thousand at a time, so that no transaction holds its row locks for long. */
export function batchedUpdate(context: RuleContext, table: string, assignment: string, condition: string): string {
  const relation = context.relation(table);
  const primaryKey = [...(relation?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primaryKey')?.columns ?? [];
  const place = relation?.kind === 'partitionedTable' || (relation?.children.size ?? 0) > 0 ? 'tableoid, ctid' : 'ctid';
  const key = primaryKey.length > 0 ? columnList(primaryKey) : place;
  return `-- repeat, each time in a transaction of its own, until it changes no row
UPDATE ${table} SET ${assignment} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT 5000)`;
}

/** A trigger that fills one column from the others whenever a row is written. `value` may name columns of the row. */
export function filledByTrigger(context: RuleContext, table: string, column: string, value: string): string[] {
  const name = freeName(context, table, [column], 'fill');
  const alias = quoteIdentifier(table.includes('.') ? table.slice(table.lastIndexOf('.') + 1).replaceAll('"', '') : table);
  return [
    `CREATE FUNCTION ${besides(table, name)}() RETURNS trigger LANGUAGE plpgsql AS $fill$
BEGIN
  NEW.${quoteIdentifier(column)} := (SELECT ${value} FROM (SELECT NEW.*) AS ${alias});
  RETURN NEW;
END $fill$`,
    `CREATE TRIGGER ${quoteIdentifier(name)} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${besides(table, name)}()`,
  ];
}

/** A column beside the old one that is kept in step by a trigger and filled in batches: the expand half of expand/contract. */
export function expandedColumn(
  context: RuleContext,
  table: string,
  column: string,
  added: { name: string; type: string },
  value: string,
): string[] {
  const [from, to] = [quoteIdentifier(column), quoteIdentifier(added.name)];
  return [
    `ALTER TABLE ${table} ADD COLUMN ${to} ${added.type}`,
    ...filledByTrigger(context, table, added.name, value),
    batchedUpdate(context, table, `${to} = ${value}`, `${to} IS NULL AND ${from} IS NOT NULL`),
  ];
}
