/**
 * A database schema as data: what drift compares, a rehearsal starts from and proves, and a run checks before and after.
 * Engines make it from the catalog (`databases/<engine>/snapshot`); it holds no rows.
 */
import { canonicalJson, hashOf } from './hash.js';
import { qualify, quoteIdentifier, splitQualified } from './names.js';

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
  /**
   * What rebuilding it takes and comparing does not: an expression as the server spells it where the normalised one differs,
   * the place of a column, the version of an extension. By name of the property, or a name of its own.
   */
  spelling?: Record<string, string>;
  /** The server made its name up, by the rule for unnamed ones; it says nothing that the definition does not. */
  generatedName?: true;
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
  /** Objects of users that are of no kind above, in words: `collation public.german`. Seen, neither described nor compared. */
  others: string[];
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
 * Ids of everything that belongs to a table: the table, what hangs on it, and its schema where that holds nothing else. For the
 * history table of a migration tool, which is looked at through the tool.
 *
 * @param table qualified name; one without a schema stands for that of `public`
 */
export function belongingTo(snapshot: SchemaSnapshot, table: string): Set<string> {
  const { schema, name } = splitQualified(table);
  const ids = new Set([schemaObjectId('table', qualify(schema ?? 'public', name))]);
  const within = (object: SchemaObject): boolean => {
    const parent = object.parent === null ? undefined : snapshot.objects.get(object.parent);
    return object.parent !== null && (ids.has(object.parent) || (parent !== undefined && within(parent)));
  };
  for (const [id, object] of snapshot.objects) if (within(object)) ids.add(id);
  if (schema !== null && schema !== 'public') {
    const prefix = `${quoteIdentifier(schema)}.`;
    const alone = [...snapshot.objects].every(([id, object]) => ids.has(id) || !object.name.startsWith(prefix));
    if (alone) ids.add(schemaObjectId('schema', quoteIdentifier(schema)));
  }
  return ids;
}

/**
 * Fingerprint of a schema: equal for equal snapshots, whatever the server's version.
 *
 * @param ignore objects that are left out, e.g. those of a tool's history table
 */
export function schemaFingerprint(snapshot: SchemaSnapshot, ignore: (object: SchemaObject) => boolean = () => false): string {
  const objects = [...snapshot.objects.values()].filter((object) => !ignore(object));
  return hashOf(objects.map(({ kind, name, properties }) => [kind, name, properties]));
}

/**
 * Differences between two snapshots, sorted by id. Children of an object that one side lacks are not named apart from it.
 * Objects whose names the server made up on both sides are paired by what they are: `orders_check` and `orders_check1` may
 * stand the other way round.
 *
 * @param ignore objects that are looked at elsewhere, e.g. the history table of a migration tool and all that belongs to it
 */
export function compareSchemas(
  left: SchemaSnapshot,
  right: SchemaSnapshot,
  ignore: (object: SchemaObject) => boolean = () => false,
): SchemaDifference[] {
  const found: SchemaDifference[] = [];
  const paired = pairGenerated(left, right);
  const ids: string[] = [];
  for (const [id, object] of left.objects) {
    const there = right.objects.get(id);
    if (there === undefined || !sameProperties(object, there)) ids.push(id);
  }
  for (const id of right.objects.keys()) if (!left.objects.has(id)) ids.push(id);
  for (const id of ids.sort()) {
    const a = paired.left.has(id) ? undefined : left.objects.get(id);
    const b = paired.right.has(id) ? undefined : right.objects.get(id);
    const object = a ?? b;
    if (!object || ignore(object)) continue;
    if (a && b) {
      const properties = differingProperties(a, b);
      if (properties.length > 0) found.push({ id, kind: a.kind, name: a.name, change: 'differs', properties });
      continue;
    }
    const other = a ? right : left;
    const parent = object.parent === null ? null : ((a ? paired.left : paired.right).get(object.parent) ?? object.parent);
    // A partition has columns and indexes from its parent, which are not named again: those that seem to come or go with it.
    if (changesParent(left.objects.get(parent ?? ''), right.objects.get(parent ?? '')) && comesWithParent.has(object.kind)) continue;
    // What hangs on an object that is missing as a whole is missing with it.
    if (parent !== null && !other.objects.has(parent)) continue;
    found.push({ id, kind: object.kind, name: object.name, change: a ? 'onlyLeft' : 'onlyRight', properties: [] });
  }
  return found;
}

const comesWithParent: ReadonlySet<SchemaObjectKind> = new Set<SchemaObjectKind>(['column', 'index', 'constraint', 'trigger']);

/** True when a table is a partition or heir of another on one side than on the other. */
function changesParent(a: SchemaObject | undefined, b: SchemaObject | undefined): boolean {
  const parents = (object: SchemaObject | undefined): string =>
    `${object?.properties['partitionOf'] ?? ''} ${object?.properties['inherits'] ?? ''}`;
  return a !== undefined && b !== undefined && parents(a) !== parents(b);
}

/** Objects with generated names that are the same but for their name, by id, with the id of the other side. */
function pairGenerated(left: SchemaSnapshot, right: SchemaSnapshot): { left: Map<string, string>; right: Map<string, string> } {
  const key = (object: SchemaObject): string => canonicalJson([object.kind, object.parent, object.properties]);
  const pairs = { left: new Map<string, string>(), right: new Map<string, string>() };
  const waiting = new Map<string, string[]>();
  for (const [id, object] of left.objects) {
    const there = right.objects.get(id);
    if (object.generatedName && (there === undefined || (there.generatedName && !sameProperties(object, there))))
      waiting.set(key(object), [...(waiting.get(key(object)) ?? []), id]);
  }
  if (waiting.size === 0) return pairs;
  for (const [id, object] of right.objects) {
    const there = left.objects.get(id);
    if (!object.generatedName || (there !== undefined && sameProperties(there, object))) continue;
    const match = waiting.get(key(object))?.shift();
    if (match === undefined) continue;
    pairs.left.set(match, id);
    pairs.right.set(id, match);
  }
  return pairs;
}

function sameProperties(a: SchemaObject, b: SchemaObject): boolean {
  const [left, right] = [a.properties, b.properties];
  let count = 0;
  for (const property in left) {
    if (left[property] !== right[property]) return false;
    count += 1;
  }
  for (const _ in right) count -= 1;
  return count === 0;
}

function differingProperties(a: SchemaObject, b: SchemaObject): PropertyDifference[] {
  const names = [...new Set([...Object.keys(a.properties), ...Object.keys(b.properties)])].sort();
  return names
    .map((property) => ({ property, left: a.properties[property] ?? null, right: b.properties[property] ?? null }))
    .filter(({ left, right }) => left !== right);
}
