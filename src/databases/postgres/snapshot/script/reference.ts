/** How an object of a snapshot is named in SQL. */
import { quoteIdentifier, splitName } from '../../../../core/names.js';
import type { SchemaObject } from '../../../../core/schema.js';

/** The last part of an object's name, quoted as needed: the constraint of `public.users.users_pkey`. */
export function ownName(object: SchemaObject): string {
  return quoteIdentifier(splitName(object.name).at(-1) ?? object.name);
}

/** Name of the relation or domain that an object belongs to. */
export function parentName(object: SchemaObject): string {
  return nameOf(object.parent ?? '');
}

/** Name of an id. */
export function nameOf(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}

/** Kind of an id. */
export function kindOf(id: string): string {
  return id.slice(0, id.indexOf(' '));
}

/** A property as SQL that rebuilds it: the spelling where it differs. */
export function written(object: SchemaObject, property: string): string | undefined {
  return object.spelling?.[property] ?? object.properties[property];
}

const words: Partial<Record<SchemaObject['kind'], string>> = {
  schema: 'SCHEMA',
  extension: 'EXTENSION',
  enum: 'TYPE',
  compositeType: 'TYPE',
  domain: 'DOMAIN',
  rangeType: 'TYPE',
  sequence: 'SEQUENCE',
  table: 'TABLE',
  column: 'COLUMN',
  index: 'INDEX',
  view: 'VIEW',
  materializedView: 'MATERIALIZED VIEW',
  statistics: 'STATISTICS',
  publication: 'PUBLICATION',
};

/** `TABLE public.users`, `CONSTRAINT users_pkey ON public.users`: as in COMMENT ON and DROP. */
export function reference(object: SchemaObject): string {
  switch (object.kind) {
    case 'function':
      return `ROUTINE ${object.name}`;
    case 'table':
      return `${object.properties['server'] === undefined ? 'TABLE' : 'FOREIGN TABLE'} ${object.name}`;
    case 'constraint':
      return `CONSTRAINT ${ownName(object)} ON ${object.parent?.startsWith('domain ') ? 'DOMAIN ' : ''}${parentName(object)}`;
    case 'trigger':
    case 'rule':
    case 'policy':
      return `${object.kind.toUpperCase()} ${ownName(object)} ON ${parentName(object)}`;
    default:
      return `${words[object.kind] ?? object.kind.toUpperCase()} ${object.name}`;
  }
}

/** `fillfactor = '70', …` of the properties `option.…`; empty when there are none. */
export function optionList(object: SchemaObject, prefix = 'option.'): string {
  return Object.entries(object.properties)
    .filter(([name]) => name.startsWith(prefix) && !name.startsWith('option.server.'))
    .map(([name, value]) => `${name.slice(prefix.length)} = '${value.replaceAll("'", "''")}'`)
    .join(', ');
}
