/** SQL of tables, their columns, and what hangs on columns. */
import type { SchemaObject } from '../../../../core/schema.js';
import { optionList, ownName, parentName, written } from './reference.js';

/** A table without defaults and constraints: those come when everything that they name is there. */
export function createTable(table: SchemaObject, columns: readonly SchemaObject[]): string {
  const { properties } = table;
  const local = columns.filter((column) => column.spelling?.['inherited'] !== 'yes');
  const head = `CREATE ${properties['unlogged'] ? 'UNLOGGED ' : ''}${properties['server'] === undefined ? '' : 'FOREIGN '}TABLE ${table.name}`;
  const options = optionList(table);
  const tail = [
    properties['partitionBy'] === undefined ? '' : ` PARTITION BY ${properties['partitionBy']}`,
    properties['accessMethod'] === undefined ? '' : ` USING ${properties['accessMethod']}`,
    options === '' ? '' : ` WITH (${options})`,
    properties['server'] === undefined ? '' : ` SERVER ${properties['server']}`,
  ].join('');
  if (properties['partitionOf'] !== undefined) return `${head} PARTITION OF ${properties['partitionOf']} ${properties['bound']}${tail}`;
  if (properties['ofType'] !== undefined) {
    const given = local.filter((column) => column.properties['notNull'] !== undefined);
    const list = given.map((column) => `${ownName(column)} WITH OPTIONS${notNull(column)}`).join(', ');
    return `${head} OF ${properties['ofType']}${list === '' ? '' : ` (${list})`}${tail}`;
  }
  const list = local.map((column) => `\n  ${columnDefinition(column)}`).join(',');
  const inherits = properties['inherits'] === undefined ? '' : ` INHERITS (${properties['inherits']})`;
  return `${head} (${list}${list === '' ? '' : '\n'})${inherits}${tail}`;
}

/** A column as it stands in CREATE TABLE and ADD COLUMN, without its default. */
export function columnDefinition(column: SchemaObject): string {
  const { properties } = column;
  const generated = written(column, 'generated');
  return [
    `${ownName(column)} ${properties['type']}`,
    properties['collation'] === undefined ? '' : ` COLLATE ${properties['collation']}`,
    generated === undefined
      ? ''
      : ` GENERATED ALWAYS AS (${generated}) ${properties['generatedKind'] === 'virtual' ? 'VIRTUAL' : 'STORED'}`,
    identityClause(column),
    notNull(column),
  ].join('');
}

/** `GENERATED ALWAYS AS IDENTITY (…)`, with the name that its sequence has. */
export function identityClause(column: SchemaObject): string {
  const { identity, identityOptions } = column.properties;
  if (identity === undefined) return '';
  const sequence = column.spelling?.['sequence'];
  return ` GENERATED ${identity.toUpperCase()} AS IDENTITY (${sequence === undefined ? '' : `SEQUENCE NAME ${sequence} `}${identityOptions ?? ''})`;
}

function notNull(column: SchemaObject): string {
  const flag = column.properties['notNull'];
  if (flag === undefined || flag === 'not valid') return '';
  const name = column.spelling?.['notNullName'];
  return `${name === undefined ? '' : ` CONSTRAINT ${name}`} NOT NULL${flag === 'no inherit' ? ' NO INHERIT' : ''}`;
}

/** Statements that give a column what its definition has no place for. */
export function columnSettings(column: SchemaObject): string[] {
  const { properties } = column;
  const alter = `ALTER TABLE ${parentName(column)} ALTER COLUMN ${ownName(column)}`;
  const statements: string[] = [];
  if (properties['storage'] !== undefined) statements.push(`${alter} SET STORAGE ${properties['storage'].toUpperCase()}`);
  if (properties['compression'] !== undefined) statements.push(`${alter} SET COMPRESSION ${properties['compression']}`);
  if (properties['statisticsTarget'] !== undefined) statements.push(`${alter} SET STATISTICS ${properties['statisticsTarget']}`);
  if (properties['options'] !== undefined) statements.push(`${alter} SET (${properties['options']})`);
  if (properties['notNull'] === 'not valid') statements.push(addNotNullNotValid(column));
  return statements;
}

/** PostgreSQL 18. */
export function addNotNullNotValid(column: SchemaObject): string {
  const name = column.spelling?.['notNullName'];
  return `ALTER TABLE ${parentName(column)} ADD ${name === undefined ? '' : `CONSTRAINT ${name} `}NOT NULL ${ownName(column)} NOT VALID`;
}

/** What a partition or heir has otherwise than its parent. */
export function inheritedColumn(column: SchemaObject): string[] {
  const alter = `ALTER TABLE ${parentName(column)} ALTER COLUMN ${ownName(column)}`;
  return [setDefault(column) ?? `${alter} DROP DEFAULT`, ...(column.properties['notNull'] === 'yes' ? [`${alter} SET NOT NULL`] : [])];
}

/** `ALTER TABLE … SET DEFAULT`, or null where there is none. */
export function setDefault(column: SchemaObject): string | null {
  const value = written(column, 'default');
  return value === undefined ? null : `ALTER TABLE ${parentName(column)} ALTER COLUMN ${ownName(column)} SET DEFAULT ${value}`;
}

/** Replica identity of a table. */
export function setReplicaIdentity(table: SchemaObject): string {
  const identity = table.properties['replicaIdentity'] ?? 'default';
  const index = /^index (.*)$/s.exec(identity)?.[1];
  return `ALTER TABLE ${table.name} REPLICA IDENTITY ${index === undefined ? identity.toUpperCase() : `USING INDEX ${index}`}`;
}
