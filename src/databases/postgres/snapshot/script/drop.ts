/** SQL that takes objects away. */
import { qualify, splitName } from '../../../../core/names.js';
import type { SchemaObject } from '../../../../core/schema.js';
import { changeGrant } from './grants.js';
import { commentStatement, rowSecurity } from './parts.js';
import { kindOf, ownName, parentName, reference } from './reference.js';

/** Statements that drop one object, which nothing needs any more. No CASCADE: what else hangs on it must be seen first. */
export function dropSql(object: SchemaObject): string[] {
  switch (object.kind) {
    case 'column':
      return [`ALTER TABLE ${parentName(object)} DROP COLUMN ${ownName(object)}`];
    case 'constraint':
      return [
        `ALTER ${kindOf(object.parent ?? '') === 'domain' ? 'DOMAIN' : 'TABLE'} ${parentName(object)} DROP CONSTRAINT ${ownName(object)}`,
      ];
    case 'rowSecurity':
      return rowSecurity(null, object.name);
    case 'grant':
      return changeGrant(object, null);
    case 'comment':
      return [commentStatement(object, null)];
    default:
      return [`DROP ${reference(object)}`];
  }
}

/** What is lost for good when an object is dropped; null where its definition says everything. */
export function lossOf(object: SchemaObject): string | null {
  if (object.kind === 'table') return `the rows of ${object.name}`;
  if (object.kind === 'column' && object.properties['generated'] === undefined) return `the values of ${object.name}`;
  if (object.kind === 'sequence') return `the position of ${object.name}`;
  return null;
}

/** The new name of a renamed object as a statement, or null where its kind cannot be renamed. */
export function renameSql(from: SchemaObject, to: SchemaObject): string | null {
  const name = ownName(to);
  switch (from.kind) {
    case 'column':
      return `ALTER TABLE ${parentName(from)} RENAME COLUMN ${ownName(from)} TO ${name}`;
    case 'constraint':
      return `ALTER ${kindOf(from.parent ?? '') === 'domain' ? 'DOMAIN' : 'TABLE'} ${parentName(from)} RENAME CONSTRAINT ${ownName(from)} TO ${name}`;
    case 'trigger':
    case 'policy':
    case 'rule':
      return `ALTER ${reference(from)} RENAME TO ${name}`;
    case 'table':
    case 'view':
    case 'materializedView':
    case 'sequence':
    case 'index':
    case 'enum':
    case 'compositeType':
    case 'domain':
    case 'rangeType':
    case 'statistics':
    case 'schema':
    case 'publication': {
      const [schema, own] = [splitName(from.name), splitName(to.name)];
      if (schema.length === 2 && schema[0] !== own[0]) return null;
      return `ALTER ${reference(from)} RENAME TO ${name}`;
    }
    default:
      return null;
  }
}

/** The name under which a type steps aside for its successor. */
export function steppedAside(name: string): string {
  const parts = splitName(name);
  return qualify(parts[0] ?? 'public', `${parts.at(-1) ?? ''}__replaced`);
}
