/** New objects get rights that nobody named. */
import { splitName } from '../../../../core/names.js';
import type { SchemaObject, SchemaSnapshot } from '../../../../core/schema.js';
import { grantStatements } from './grants.js';

const typeOf: Partial<Record<SchemaObject['kind'], string>> = {
  table: 'TABLES',
  view: 'TABLES',
  materializedView: 'TABLES',
  sequence: 'SEQUENCES',
  function: 'FUNCTIONS',
  enum: 'TYPES',
  domain: 'TYPES',
  compositeType: 'TYPES',
  rangeType: 'TYPES',
  schema: 'SCHEMAS',
};

/**
 * Statements that even out what the default privileges of the target give or withhold when an object is made there.
 *
 * @param actual the target, whose defaults work
 * @param id of the object that is made; its own grants come afterwards
 */
export function againstDefaults(actual: SchemaSnapshot, wanted: SchemaSnapshot, id: string, object: SchemaObject): string[] {
  const type = typeOf[object.kind];
  if (type === undefined) return [];
  const schema = splitName(object.name)[0];
  return [...actual.objects.values()].flatMap((given) => {
    const spelling = given.kind === 'grant' ? (given.spelling ?? {}) : {};
    if (spelling['defaultFor'] !== type || spelling['role'] !== undefined) return [];
    if (spelling['schema'] !== undefined && (type === 'SCHEMAS' || splitName(spelling['schema'])[0] !== schema)) return [];
    const own = wanted.objects.get(`grant ${id} to ${spelling['grantee']}`);
    const grantee = spelling['grantee'] ?? 'PUBLIC';
    const of = (properties: Record<string, string>): SchemaObject => ({ ...given, properties, spelling: { on: id, grantee } });
    const { privileges, revoked } = given.properties;
    return [
      ...(privileges !== undefined && own?.properties['privileges'] !== privileges ? grantStatements(of({ revoked: 'ALL' })) : []),
      ...(revoked !== undefined && own?.properties['revoked'] === undefined ? grantStatements(of({ privileges: revoked })) : []),
    ];
  });
}
