/** SQL that creates what is neither a table nor a function. */
import type { SchemaObject } from '../../../../core/schema.js';
import { grantStatements } from './grants.js';
import { optionList, ownName, parentName, written } from './reference.js';

/** Statements that create one object. Tables, columns and functions have files of their own. */
export function createPart(object: SchemaObject): string[] {
  const { properties } = object;
  switch (object.kind) {
    case 'schema':
      return [`CREATE SCHEMA IF NOT EXISTS ${object.name}`];
    case 'extension':
      return [`CREATE EXTENSION IF NOT EXISTS ${object.name} WITH SCHEMA ${properties['schema']}`];
    case 'enum':
      return [`CREATE TYPE ${object.name} AS ENUM (${properties['values'] ?? ''})`];
    case 'compositeType':
      return [`CREATE TYPE ${object.name} AS (${attributes(object).join(', ')})`];
    case 'domain':
      return [createDomain(object)];
    case 'rangeType':
      return [createRange(object)];
    case 'sequence':
      return [
        `CREATE ${properties['unlogged'] ? 'UNLOGGED ' : ''}SEQUENCE ${object.name} AS ${properties['type']} ${sequenceOptions(object)}`,
      ];
    case 'constraint':
      return createConstraint(object);
    case 'index':
      return createIndex(object);
    case 'view':
      return [`CREATE VIEW ${object.name}${withOptions(object)} AS\n${written(object, 'definition')}`];
    case 'materializedView':
      return [
        `CREATE MATERIALIZED VIEW ${object.name}${properties['accessMethod'] === undefined ? '' : ` USING ${properties['accessMethod']}`}${withOptions(object)} AS\n${written(object, 'definition')}\n WITH NO DATA`,
      ];
    case 'statistics':
      return [`CREATE STATISTICS ${object.name} ${written(object, 'definition')}`, ...statisticsTarget(object)];
    case 'trigger':
    case 'rule':
      return [(written(object, 'definition') ?? '').replace('%', () => ownName(object)), ...enabling(object)];
    case 'rowSecurity':
      return rowSecurity(object);
    case 'policy':
      return [createPolicy(object)];
    case 'publication':
      return [createPublication(object)];
    case 'grant':
      return grantStatements(object);
    case 'comment':
      return [commentStatement(object, properties['text'] ?? null)];
    default:
      return [];
  }
}

function withOptions(object: SchemaObject): string {
  const options = optionList(object);
  return options === '' ? '' : ` WITH (${options})`;
}

/** Attributes of a composite type in their order, as SQL. */
export function attributes(object: SchemaObject): string[] {
  return Object.entries(object.properties)
    .filter(([property]) => property.startsWith('attribute '))
    .map(([property, type]) => `${property.slice('attribute '.length)} ${type}`);
}

function createDomain(object: SchemaObject): string {
  const value = written(object, 'default');
  const { type, collation, notNull } = object.properties;
  return `CREATE DOMAIN ${object.name} AS ${type}${collation === undefined ? '' : ` COLLATE ${collation}`}${value === undefined ? '' : ` DEFAULT ${value}`}${notNull === undefined ? '' : ' NOT NULL'}`;
}

function createRange(object: SchemaObject): string {
  const { subtype, operatorClass, collation, canonical, difference, multirange } = object.properties;
  const parts = {
    SUBTYPE: subtype,
    SUBTYPE_OPCLASS: operatorClass,
    COLLATION: collation,
    CANONICAL: canonical,
    SUBTYPE_DIFF: difference,
    MULTIRANGE_TYPE_NAME: multirange,
  };
  const list = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${value}`]));
  return `CREATE TYPE ${object.name} AS RANGE (${list.join(', ')})`;
}

/** `INCREMENT BY 1 MINVALUE …`. */
export function sequenceOptions(object: SchemaObject): string {
  const { start, increment, minimum, maximum, cache, cycle } = object.properties;
  return `START WITH ${start} INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} CACHE ${cache} ${cycle === undefined ? 'NO CYCLE' : 'CYCLE'}`;
}

/** What stands after `ADD CONSTRAINT name`. */
export function constraintClause(object: SchemaObject): string {
  const { properties } = object;
  const options = optionList(object);
  const storage = options === '' ? '' : ` WITH (${options})`;
  let clause = written(object, 'definition') ?? '';
  if (properties['type'] === 'foreign key')
    clause = [
      `FOREIGN KEY (${properties['columns']}) REFERENCES ${properties['references']}`,
      properties['match'] === undefined ? '' : ` MATCH ${properties['match'].toUpperCase()}`,
      properties['onUpdate'] === undefined ? '' : ` ON UPDATE ${properties['onUpdate'].toUpperCase()}`,
      properties['onDelete'] === undefined
        ? ''
        : ` ON DELETE ${properties['onDelete'].replace(/^[a-z ]+/, (action) => action.toUpperCase())}`,
    ].join('');
  const where = properties['type'] === 'exclusion' ? clause.indexOf(' WHERE (') : -1;
  clause = where < 0 ? clause + storage : clause.slice(0, where) + storage + clause.slice(where);
  return [
    clause,
    properties['deferrable'] ? ' DEFERRABLE' : '',
    properties['initiallyDeferred'] ? ' INITIALLY DEFERRED' : '',
    properties['notEnforced'] ? ' NOT ENFORCED' : '',
    properties['notValid'] ? ' NOT VALID' : '',
  ].join('');
}

function createConstraint(object: SchemaObject): string[] {
  const of = object.parent?.startsWith('domain ') ? 'DOMAIN' : 'TABLE';
  const statements = [`ALTER ${of} ${parentName(object)} ADD CONSTRAINT ${ownName(object)} ${constraintClause(object)}`];
  if (object.properties['clustered']) statements.push(`ALTER TABLE ${parentName(object)} CLUSTER ON ${ownName(object)}`);
  return statements;
}

function createIndex(object: SchemaObject): string[] {
  const { properties } = object;
  const predicate = written(object, 'predicate');
  const options = optionList(object);
  const statement = [
    `CREATE ${properties['unique'] ? 'UNIQUE ' : ''}INDEX ${ownName(object)} ON ${properties['onlyParent'] ? 'ONLY ' : ''}${parentName(object)}`,
    ` USING ${properties['method']} (${written(object, 'keys')})`,
    properties['include'] === undefined ? '' : ` INCLUDE (${properties['include']})`,
    properties['nullsNotDistinct'] ? ' NULLS NOT DISTINCT' : '',
    options === '' ? '' : ` WITH (${options})`,
    predicate === undefined ? '' : ` WHERE ${predicate}`,
  ].join('');
  return properties['clustered'] ? [statement, `ALTER TABLE ${parentName(object)} CLUSTER ON ${ownName(object)}`] : [statement];
}

/** The target of extended statistics; -1 is the server's own. */
export function statisticsTarget(object: SchemaObject, always = false): string[] {
  const target = object.properties['target'];
  return target === undefined && !always ? [] : [`ALTER STATISTICS ${object.name} SET STATISTICS ${target ?? -1}`];
}

/** When a trigger or rule fires, where it is not always. */
export function enabling(object: SchemaObject, always = false): string[] {
  const { enabled } = object.properties;
  if (enabled === undefined && !always) return [];
  const how = enabled === undefined ? 'ENABLE' : enabled === 'disabled' ? 'DISABLE' : `ENABLE ${enabled.toUpperCase()}`;
  return [`ALTER TABLE ${parentName(object)} ${how} ${object.kind.toUpperCase()} ${ownName(object)}`];
}

/** Row-level security as it is to be; null: as it is from the beginning. */
export function rowSecurity(object: SchemaObject | null, name = object?.name): string[] {
  const flag = (property: string): boolean => object?.properties[property] === 'yes';
  return [
    `ALTER TABLE ${name} ${flag('enabled') ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`,
    `ALTER TABLE ${name} ${flag('forced') ? '' : 'NO '}FORCE ROW LEVEL SECURITY`,
  ];
}

function createPolicy(object: SchemaObject): string {
  const { properties } = object;
  const using = written(object, 'using');
  const check = written(object, 'withCheck');
  return [
    `CREATE POLICY ${ownName(object)} ON ${parentName(object)}`,
    properties['restrictive'] ? ' AS RESTRICTIVE' : '',
    ` FOR ${(properties['command'] ?? 'all').toUpperCase()} TO ${properties['roles']}`,
    using === undefined ? '' : ` USING (${using})`,
    check === undefined ? '' : ` WITH CHECK (${check})`,
  ].join('');
}

/** What a publication publishes, as in CREATE and SET. */
export function publishedObjects(object: SchemaObject): string {
  const tables = Object.entries(object.properties).flatMap(([property, value]) =>
    property.startsWith('table ') ? [`${property.slice('table '.length)}${value.slice('published'.length)}`] : [],
  );
  const schemas = Object.keys(object.properties).flatMap((property) =>
    property.startsWith('schema ') ? [`TABLES IN SCHEMA ${property.slice('schema '.length)}`] : [],
  );
  return [...(tables.length > 0 ? [`TABLE ${tables.join(', ')}`] : []), ...schemas].join(', ');
}

/** `publish = '…', …`. */
export function publicationOptions(object: SchemaObject): string {
  const { publish, viaPartitionRoot, generatedColumns } = object.properties;
  return [
    `publish = '${publish ?? ''}'`,
    `publish_via_partition_root = ${viaPartitionRoot === undefined ? 'false' : 'true'}`,
    ...(generatedColumns === undefined ? [] : [`publish_generated_columns = ${generatedColumns}`]),
  ].join(', ');
}

function createPublication(object: SchemaObject): string {
  const what = object.properties['allTables'] ? 'FOR ALL TABLES' : publishedObjects(object) === '' ? '' : `FOR ${publishedObjects(object)}`;
  return `CREATE PUBLICATION ${object.name} ${what} WITH (${publicationOptions(object)})`;
}

/** COMMENT ON what the object says; null takes it away. */
export function commentStatement(object: SchemaObject, text: string | null): string {
  return `COMMENT ON ${object.spelling?.['reference']} IS ${text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`}`;
}
