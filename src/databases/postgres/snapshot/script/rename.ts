/** Objects that are gone under one name and there under another. */
import { canonicalJson } from '../../../../core/hash.js';
import type { SchemaDifference, SchemaObject, SchemaSnapshot } from '../../../../core/schema.js';
import { renameSql } from './drop.js';
import { columnsByTable } from './graph.js';

export interface Renames {
  /** By the id under which the object is to be. */
  steps: { id: string; from: string; sql: string }[];
  /** The schema as it is after them. */
  snapshot: SchemaSnapshot;
}

/**
 * Pairs of objects that look renamed: the same in everything but the name, one of a kind on both sides.
 *
 * @param differences `compareSchemas(actual, wanted)`
 * @param only ids that a rename must be about
 */
export function renames(
  actual: SchemaSnapshot,
  wanted: SchemaSnapshot,
  differences: readonly SchemaDifference[],
  only?: ReadonlySet<string>,
): Renames {
  const columns = { actual: columnsByTable(actual), wanted: columnsByTable(wanted) };
  const bySort = new Map<string, { from: SchemaObject[]; to: SchemaObject[] }>();
  for (const { id, change } of differences) {
    if (change === 'differs') continue;
    const side = change === 'onlyLeft' ? 'actual' : 'wanted';
    const object = (side === 'actual' ? actual : wanted).objects.get(id);
    if (!object) continue;
    const sort = likeness(object, columns[side].get(id) ?? []);
    const group = bySort.get(sort) ?? { from: [], to: [] };
    bySort.set(sort, group);
    group[side === 'actual' ? 'from' : 'to'].push(object);
  }
  const steps: Renames['steps'] = [];
  let snapshot = actual;
  for (const { from, to } of bySort.values()) {
    const [old, next] = [from[0], to[0]];
    if (!old || !next || from.length > 1 || to.length > 1) continue;
    const sql = renameSql(old, next);
    if (sql === null) continue;
    if (only && !only.has(`${next.kind} ${next.name}`) && !only.has(`${old.kind} ${old.name}`)) continue;
    steps.push({ id: `${next.kind} ${next.name}`, from: `${old.kind} ${old.name}`, sql });
    snapshot = renamedIn(snapshot, old, next.name);
  }
  return { steps, snapshot };
}

/** What makes two objects look like one. A table is known by its columns. */
function likeness(object: SchemaObject, columns: readonly SchemaObject[]): string {
  const { replicaIdentity: _, ...properties } = object.properties;
  if (object.kind === 'table')
    return canonicalJson([
      object.kind,
      properties,
      columns.map((column) => [column.name.slice(object.name.length), column.properties['type']]),
    ]);
  if (object.kind === 'schema') return `schema ${object.name}`;
  // A type of two values is like many others, a column of text like most: they must be of one table or one definition.
  return canonicalJson([object.kind, object.parent, properties]);
}

/** The snapshot as it is when an object has another name: in ids, in parents, and where other objects name it. */
function renamedIn(snapshot: SchemaSnapshot, object: SchemaObject, name: string): SchemaSnapshot {
  const prefix = `${object.name}.`;
  const carries =
    object.kind === 'table' ||
    object.kind === 'view' ||
    object.kind === 'materializedView' ||
    object.kind === 'domain' ||
    object.kind === 'column';
  const replaced = (text: string): string =>
    text === object.name ? name : carries && text.startsWith(prefix) ? `${name}.${text.slice(prefix.length)}` : text;
  const id = (text: string): string => {
    const at = text.indexOf(' ');
    const [kind, rest] = [text.slice(0, at), text.slice(at + 1)];
    if (kind === 'comment' || kind === 'grant') {
      const own = rest.indexOf(' ');
      return `${kind} ${rest.slice(0, own)} ${rest
        .slice(own + 1)
        .split(' ')
        .map(replaced)
        .join(' ')}`;
    }
    return rest === object.name && kind !== object.kind && kind !== 'rowSecurity' ? text : `${kind} ${replaced(rest)}`;
  };
  // Only names that nothing else can be are replaced in definitions: those with a schema.
  const inText =
    object.kind === 'column'
      ? (text: string) => text
      : (text: string) => text.replaceAll(new RegExp(`(?<![\\w."])${escaped(object.name)}(?![\\w"])`, 'g'), () => name);
  const objects = new Map(
    [...snapshot.objects].map(([key, each]) => {
      const next = id(key);
      const texts = (given: Record<string, string>): Record<string, string> =>
        Object.fromEntries(Object.entries(given).map(([property, value]) => [inText(property), inText(value)]));
      return [
        next,
        {
          ...each,
          name: next.slice(next.indexOf(' ') + 1),
          parent: each.parent === null ? null : id(each.parent),
          properties: texts(each.properties),
          ...(each.spelling ? { spelling: texts(each.spelling) } : {}),
          needs: each.needs.map(id),
        },
      ] as const;
    }),
  );
  return { ...snapshot, objects };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
