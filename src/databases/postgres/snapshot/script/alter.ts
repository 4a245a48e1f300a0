/** SQL that makes an object what it is to be without dropping it. */
import type { SchemaDifference, SchemaObject } from '../../../../core/schema.js';
import { alterColumn } from './alter-column.js';
import { alterTable } from './alter-table.js';
import { createFunction } from './functions.js';
import { changeGrant } from './grants.js';
import {
  attributes,
  commentStatement,
  enabling,
  publicationOptions,
  publishedObjects,
  rowSecurity,
  sequenceOptions,
  statisticsTarget,
} from './parts.js';
import { optionList, ownName, parentName, written } from './reference.js';

/**
 * Statements that turn an object into another of its name.
 *
 * @param from as it is
 * @param to as it is to be
 * @returns null when it must be dropped and created anew; `impossible` says in words why no statement does it
 */
export function alterSql(
  from: SchemaObject,
  to: SchemaObject,
  difference: Pick<SchemaDifference, 'properties'>,
): string[] | null | { impossible: string } {
  const changed = difference.properties.map((each) => each.property);
  const only = (...names: string[]): boolean => changed.every((property) => names.includes(property));
  switch (to.kind) {
    case 'table':
      return alterTable(from, to, changed);
    case 'column':
      return alterColumn(from, to, changed);
    case 'extension':
      return [`ALTER EXTENSION ${to.name} SET SCHEMA ${to.properties['schema']}`];
    case 'enum':
      return addedValues(from, to);
    case 'compositeType':
      return alterAttributes(from, to);
    case 'domain':
      return only('default', 'notNull') ? alterDomain(to, changed) : null;
    case 'sequence':
      return alterSequence(to, changed);
    case 'constraint':
      return alterConstraint(from, to, changed);
    case 'index':
      return changed.every((property) => property.startsWith('option.') || property === 'clustered') ? storage(from, to, changed) : null;
    case 'view':
    case 'materializedView':
      return changed.every((property) => property.startsWith('option.'))
        ? changeOptions(`ALTER ${to.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW'} ${to.name}`, from, to)
        : null;
    case 'function':
      return only('type', 'arguments', 'returns') ||
        changed.some((property) => ['type', 'arguments', 'returns'].includes(property) || property.startsWith('aggregate.'))
        ? null
        : [createFunction(to)];
    case 'statistics':
      return only('target') ? statisticsTarget(to, true) : null;
    case 'trigger':
    case 'rule':
      return only('enabled') ? enabling(to, true) : null;
    case 'rowSecurity':
      return rowSecurity(to);
    case 'policy':
      return alterPolicy(to, changed);
    case 'publication':
      return alterPublication(from, to, changed);
    case 'grant':
      return changeGrant(from, to);
    case 'comment':
      return [commentStatement(to, to.properties['text'] ?? null)];
    default:
      return null;
  }
}

/** `SET (…)` and `RESET (…)` of storage parameters. */
export function changeOptions(alter: string, from: SchemaObject, to: SchemaObject): string[] {
  const gone = Object.keys(from.properties).filter((property) => property.startsWith('option.') && to.properties[property] === undefined);
  const set = optionList({
    ...to,
    properties: Object.fromEntries(Object.entries(to.properties).filter(([property, value]) => from.properties[property] !== value)),
  });
  return [
    ...(set === '' ? [] : [`${alter} SET (${set})`]),
    ...(gone.length === 0 ? [] : [`${alter} RESET (${gone.map((property) => property.slice('option.'.length)).join(', ')})`]),
  ];
}

function storage(from: SchemaObject, to: SchemaObject, changed: readonly string[]): string[] {
  const parts = changed.some((property) => property.startsWith('option.')) ? changeOptions(`ALTER INDEX ${indexName(to)}`, from, to) : [];
  if (changed.includes('clustered'))
    parts.push(`ALTER TABLE ${parentName(to)} ${to.properties['clustered'] ? `CLUSTER ON ${ownName(to)}` : 'SET WITHOUT CLUSTER'}`);
  return parts;
}

/** The index of a constraint has the constraint's name, in the schema of the table. */
function indexName(object: SchemaObject): string {
  if (object.kind === 'index') return object.name;
  const table = parentName(object);
  return `${/^(?:"(?:[^"]|"")*"|[^".]+)\./.exec(table)?.[0] ?? ''}${ownName(object)}`;
}

/** Values that are only missing are added where they belong; null when one must go or move. */
function addedValues(from: SchemaObject, to: SchemaObject): string[] | null {
  const values = (object: SchemaObject): string[] => object.properties['values']?.match(/'(?:[^']|'')*'/g) ?? [];
  const [old, wanted] = [values(from), values(to)];
  if (wanted.filter((value) => old.includes(value)).join() !== old.join()) return null;
  return wanted.flatMap((value, place) => {
    if (old.includes(value)) return [];
    const before = wanted[place - 1];
    const next = wanted.slice(place + 1).find((each) => old.includes(each));
    return [
      `ALTER TYPE ${to.name} ADD VALUE ${value}${before !== undefined ? ` AFTER ${before}` : next !== undefined ? ` BEFORE ${next}` : ''}`,
    ];
  });
}

/** Attributes are added at the end alone; null where the order cannot come out. */
function alterAttributes(from: SchemaObject, to: SchemaObject): string[] | null {
  const order = (object: SchemaObject): string[] => attributes(object).map((each) => each.match(/^(?:"(?:[^"]|"")*"|\S+)/)?.[0] ?? '');
  const [old, wanted] = [order(from), order(to)];
  const kept = old.filter((each) => wanted.includes(each));
  const added = wanted.filter((each) => !old.includes(each));
  if ([...kept, ...added].join() !== wanted.join()) return null;
  const type = (object: SchemaObject, attribute: string): string => object.properties[`attribute ${attribute}`] ?? '';
  const parts = [
    ...old.filter((each) => !wanted.includes(each)).map((each) => `DROP ATTRIBUTE ${each} CASCADE`),
    ...kept.filter((each) => type(from, each) !== type(to, each)).map((each) => `ALTER ATTRIBUTE ${each} TYPE ${type(to, each)} CASCADE`),
    ...added.map((each) => `ADD ATTRIBUTE ${each} ${type(to, each)} CASCADE`),
  ];
  return [`ALTER TYPE ${to.name} ${parts.join(', ')}`];
}

function alterDomain(to: SchemaObject, changed: readonly string[]): string[] {
  const value = written(to, 'default');
  return [
    ...(changed.includes('default') ? [`ALTER DOMAIN ${to.name} ${value === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${value}`}`] : []),
    ...(changed.includes('notNull') ? [`ALTER DOMAIN ${to.name} ${to.properties['notNull'] ? 'SET' : 'DROP'} NOT NULL`] : []),
  ];
}

function alterSequence(to: SchemaObject, changed: readonly string[]): string[] {
  const statements: string[] = [];
  if (changed.includes('unlogged')) statements.push(`ALTER SEQUENCE ${to.name} SET ${to.properties['unlogged'] ? 'UNLOGGED' : 'LOGGED'}`);
  if (changed.some((property) => property !== 'ownedBy' && property !== 'unlogged'))
    statements.push(`ALTER SEQUENCE ${to.name} AS ${to.properties['type']} ${sequenceOptions(to)}`);
  if (changed.includes('ownedBy')) statements.push(`ALTER SEQUENCE ${to.name} OWNED BY ${to.properties['ownedBy'] ?? 'NONE'}`);
  return statements;
}

function alterConstraint(from: SchemaObject, to: SchemaObject, changed: readonly string[]): string[] | null {
  const table = parentName(to);
  const validate =
    changed.includes('notValid') &&
    to.properties['notValid'] === undefined &&
    to.properties['notEnforced'] === undefined &&
    from.properties['notEnforced'] === undefined;
  const rest = changed.filter((property) => !(property === 'notValid' && validate));
  const deferring =
    to.properties['type'] === 'foreign key' && rest.some((property) => property === 'deferrable' || property === 'initiallyDeferred');
  const stored = rest.filter((property) => property.startsWith('option.') || property === 'clustered');
  if (
    rest.some((property) => !stored.includes(property) && !(deferring && (property === 'deferrable' || property === 'initiallyDeferred')))
  )
    return null;
  const of = to.parent?.startsWith('domain ') ? 'DOMAIN' : 'TABLE';
  return [
    ...(deferring
      ? [
          `ALTER TABLE ${table} ALTER CONSTRAINT ${ownName(to)} ${to.properties['deferrable'] ? 'DEFERRABLE' : 'NOT DEFERRABLE'}${to.properties['initiallyDeferred'] ? ' INITIALLY DEFERRED' : to.properties['deferrable'] ? ' INITIALLY IMMEDIATE' : ''}`,
        ]
      : []),
    ...(stored.length > 0 ? storage(from, to, stored) : []),
    ...(validate ? [`ALTER ${of} ${table} VALIDATE CONSTRAINT ${ownName(to)}`] : []),
  ];
}

/** ALTER POLICY cannot take a condition away, nor change command and kind. */
function alterPolicy(to: SchemaObject, changed: readonly string[]): string[] | null {
  if (changed.some((property) => !['roles', 'using', 'withCheck'].includes(property) || to.properties[property] === undefined)) return null;
  const using = written(to, 'using');
  const check = written(to, 'withCheck');
  return [
    [
      `ALTER POLICY ${ownName(to)} ON ${parentName(to)}`,
      changed.includes('roles') ? ` TO ${to.properties['roles']}` : '',
      changed.includes('using') ? ` USING (${using})` : '',
      changed.includes('withCheck') ? ` WITH CHECK (${check})` : '',
    ].join(''),
  ];
}

function alterPublication(from: SchemaObject, to: SchemaObject, changed: readonly string[]): string[] | null {
  const published = changed.filter((property) => property.startsWith('table ') || property.startsWith('schema '));
  // FOR ALL TABLES is for ever, and a list of what is published cannot be emptied by SET.
  if (changed.includes('allTables') || (published.length > 0 && (publishedObjects(to) === '' || publishedObjects(from) === '')))
    return null;
  return [
    ...(published.length > 0 ? [`ALTER PUBLICATION ${to.name} SET ${publishedObjects(to)}`] : []),
    ...(changed.length > published.length ? [`ALTER PUBLICATION ${to.name} SET (${publicationOptions(to)})`] : []),
  ];
}
