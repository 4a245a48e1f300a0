/** A type that cannot be changed in place gets a successor of its name. */
import type { SchemaSnapshot } from '../../../../core/schema.js';
import { steppedAside } from './drop.js';
import { nodesOf, ordered } from './graph.js';
import { ownName, parentName, reference } from './reference.js';
import { setDefault } from './tables.js';
import { splitName, quoteIdentifier } from '../../../../core/names.js';

/**
 * Statements that put the wanted type in the place of the actual one, columns and their values taken along.
 *
 * @param columns ids of the columns that are of the type
 * @param below what hangs on the wanted type: constraints of a domain, comments, grants
 */
export function replaceType(
  actual: SchemaSnapshot,
  wanted: SchemaSnapshot,
  id: string,
  columns: readonly string[],
  below: readonly string[],
): string[] {
  const type = actual.objects.get(id);
  if (!type) return [];
  const aside = steppedAside(type.name);
  const statements = [`ALTER ${reference(type)} RENAME TO ${quoteIdentifier(splitName(aside).at(-1) ?? aside)}`];
  statements.push(...ordered(nodesOf(wanted, new Set([id, ...below]))).flatMap((node) => node.sql));
  for (const each of columns) {
    const [column, old] = [wanted.objects.get(each), actual.objects.get(each)];
    if (!column || !old) continue;
    const alter = `ALTER TABLE ${parentName(column)} ALTER COLUMN ${ownName(column)}`;
    const to = column.properties['type'] ?? '';
    if (old.properties['default'] !== undefined) statements.push(`${alter} DROP DEFAULT`);
    statements.push(`${alter} TYPE ${to} USING ${ownName(column)}::text${to.endsWith('[]') ? '[]' : ''}::${to}`);
    const value = setDefault(column);
    if (value !== null) statements.push(value);
  }
  return [...statements, `DROP ${reference({ ...type, name: aside })}`];
}
