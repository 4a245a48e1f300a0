/**
 * A database schema as data: what drift compares, a rehearsal starts from and proves, and a run checks before and after.
 * Engines make it from the catalog (`databases/<engine>/snapshot`); it holds no rows.
 */

/** Kinds of objects, in an order in which they can be created. A column, a constraint and so on belong to their table. */
export const schemaObjectKinds = [
  'schema',
  'extension',
  'enum',
  'compositeType',
  'domain',
  'rangeType',
  'function',
  'sequence',
  'table',
  'column',
  'constraint',
  'index',
  'view',
  'materializedView',
  'statistics',
  'rule',
  'trigger',
  'rowSecurity',
  'policy',
  'publication',
  'grant',
  'comment',
] as const;

export type SchemaObjectKind = (typeof schemaObjectKinds)[number];

/** One object. */
export interface SchemaObject {
  kind: SchemaObjectKind;
  /** Unique within its kind, as `core/names.ts` writes it: `public.users`, `public.users.email`, `public.users.users_pkey`. */
  name: string;
  /** Id (`kind name`) of the object that takes it along when it is dropped: the table of a column. Null for the others. */
  parent: string | null;
  /**
   * What it is, property by property, normalised: two definitions that mean the same have the same text, whatever they
   * were spelled like. A property that does not apply is absent.
   */
  properties: Record<string, string>;
  /** Ids of the objects that must be there before it. */
  needs: string[];
}

/** All objects of a database that belong to its users, those of the system and of extensions left out. */
export interface SchemaSnapshot {
  engine: 'postgres';
  /** Major version of the server. */
  version: number;
  /** By id, sorted by id. */
  objects: Map<string, SchemaObject>;
}

/** One property that differs. `null`: the side does not have it. */
export interface PropertyDifference {
  property: string;
  left: string | null;
  right: string | null;
}

/** One object that is not the same on both sides. */
export interface SchemaDifference {
  id: string;
  kind: SchemaObjectKind;
  name: string;
  change: 'onlyLeft' | 'onlyRight' | 'differs';
  /** For `differs`. */
  properties: PropertyDifference[];
}

/** `kind name`: how an object is named in a snapshot. */
export function schemaObjectId(kind: SchemaObjectKind, name: string): string {
  return `${kind} ${name}`;
}

/**
 * Differences between two snapshots, sorted by id. Children of an object that one side lacks are not named apart from it.
 *
 * @param ignore objects that are looked at elsewhere, e.g. the history table of a migration tool and all that belongs to it
 */
export function compareSchemas(
  left: SchemaSnapshot,
  right: SchemaSnapshot,
  ignore: (object: SchemaObject) => boolean = () => false,
): SchemaDifference[] {
  const found: SchemaDifference[] = [];
  const ids = [...new Set([...left.objects.keys(), ...right.objects.keys()])].sort();
  for (const id of ids) {
    const a = left.objects.get(id);
    const b = right.objects.get(id);
    const object = a ?? b;
    if (!object || ignore(object)) continue;
    if (a && b) {
      const properties = differingProperties(a, b);
      if (properties.length > 0) found.push({ id, kind: a.kind, name: a.name, change: 'differs', properties });
      continue;
    }
    const other = a ? right : left;
    // What hangs on an object that is missing as a whole is missing with it.
    if (object.parent !== null && !other.objects.has(object.parent)) continue;
    found.push({ id, kind: object.kind, name: object.name, change: a ? 'onlyLeft' : 'onlyRight', properties: [] });
  }
  return found;
}

function differingProperties(a: SchemaObject, b: SchemaObject): PropertyDifference[] {
  const names = [...new Set([...Object.keys(a.properties), ...Object.keys(b.properties)])].sort();
  return names
    .map((property) => ({ property, left: a.properties[property] ?? null, right: b.properties[property] ?? null }))
    .filter(({ left, right }) => left !== right);
}
