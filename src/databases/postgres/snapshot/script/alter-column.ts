/** ALTER COLUMN. */
import type { SchemaObject } from '../../../../core/schema.js';
import { ownName, parentName } from './reference.js';
import { addNotNullNotValid, identityClause, setDefault } from './tables.js';

/** See `alterSql`. Null for a column that is to be computed, or otherwise: it is made anew, and values that were written are lost. */
export function alterColumn(from: SchemaObject, to: SchemaObject, changed: readonly string[]): string[] | null {
  const alter = `ALTER TABLE ${parentName(to)} ALTER COLUMN ${ownName(to)}`;
  const has = (...names: string[]): boolean => names.some((name) => changed.includes(name));
  if (has('generated', 'generatedKind')) {
    if (
      from.properties['generated'] !== undefined &&
      to.properties['generated'] === undefined &&
      from.properties['generatedKind'] === 'stored'
    )
      return [`${alter} DROP EXPRESSION`, ...(setDefault(to) === null ? [] : [setDefault(to) ?? ''])];
    return null;
  }
  const statements: string[] = [];
  if (has('type', 'collation')) {
    if (from.properties['default'] !== undefined) statements.push(`${alter} DROP DEFAULT`);
    const collation = to.properties['collation'] === undefined ? '' : ` COLLATE ${to.properties['collation']}`;
    const using = to.properties['generated'] === undefined && has('type') ? ` USING ${ownName(to)}::${to.properties['type']}` : '';
    statements.push(`${alter} TYPE ${to.properties['type']}${collation}${using}`);
    const value = setDefault(to);
    if (value !== null) statements.push(value);
  } else if (has('default')) statements.push(setDefault(to) ?? `${alter} DROP DEFAULT`);
  if (has('notNull')) statements.push(...changeNotNull(from, to, alter));
  if (has('identity', 'identityOptions') && to.properties['identity'] !== undefined) {
    if (from.properties['identity'] === undefined) statements.push(`${alter} ADD${identityClause(to)}`);
    else
      statements.push(
        `${alter} SET GENERATED ${to.properties['identity'].toUpperCase()} ${(to.properties['identityOptions'] ?? '').replace(/(START|INCREMENT|MINVALUE|MAXVALUE|CACHE|CYCLE)/g, 'SET $1')}${/ CYCLE$/.test(to.properties['identityOptions'] ?? '') ? '' : ' SET NO CYCLE'}`,
      );
  }
  if (has('storage'))
    statements.push(`${alter} SET STORAGE ${(to.properties['storage'] ?? from.spelling?.['usualStorage'] ?? 'default').toUpperCase()}`);
  if (has('compression')) statements.push(`${alter} SET COMPRESSION ${to.properties['compression'] ?? 'default'}`);
  if (has('statisticsTarget')) statements.push(`${alter} SET STATISTICS ${to.properties['statisticsTarget'] ?? -1}`);
  if (has('options')) statements.push(...changeColumnOptions(from, to, alter));
  return statements;
}

function changeNotNull(from: SchemaObject, to: SchemaObject, alter: string): string[] {
  const [was, is] = [from.properties['notNull'], to.properties['notNull']];
  if (is === undefined) return [`${alter} DROP NOT NULL`];
  if (is === 'not valid') return [...(was === undefined ? [] : [`${alter} DROP NOT NULL`]), addNotNullNotValid(to)];
  // SET NOT NULL validates a constraint that was added NOT VALID, too.
  return [`${alter} SET NOT NULL`];
}

function changeColumnOptions(from: SchemaObject, to: SchemaObject, alter: string): string[] {
  const names = (object: SchemaObject): string[] =>
    (object.properties['options'] ?? '').split(', ').map((each) => each.split('=')[0] ?? '');
  const gone = names(from).filter((name) => name !== '' && !names(to).includes(name));
  return [
    ...(to.properties['options'] === undefined ? [] : [`${alter} SET (${to.properties['options']})`]),
    ...(gone.length === 0 ? [] : [`${alter} RESET (${gone.join(', ')})`]),
  ];
}
