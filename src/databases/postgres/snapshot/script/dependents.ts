/** Who hangs on whom in a snapshot. */
import type { SchemaObject, SchemaSnapshot } from '../../../../core/schema.js';
import { kindOf } from './reference.js';

/** Parents and children of objects. */
export class Kin {
  private readonly children = new Map<string, string[]>();

  /** Ids of objects by what they need. */
  readonly users = new Map<string, string[]>();

  private constructor(private readonly snapshot: SchemaSnapshot) {
    for (const [id, object] of snapshot.objects) {
      if (object.parent !== null) push(this.children, object.parent, id);
      for (const need of object.needs) push(this.users, need, id);
    }
  }

  /** The kin of a snapshot, made once. */
  static of(snapshot: SchemaSnapshot): Kin {
    const kin = kins.get(snapshot) ?? new Kin(snapshot);
    kins.set(snapshot, kin);
    return kin;
  }

  /** Everything that goes when an object goes. */
  below(id: string): string[] {
    return (this.children.get(id) ?? []).flatMap((child) => [child, ...this.below(child)]);
  }

  /** Parent, its parent, and so on. */
  above(id: string): string[] {
    const parent = this.snapshot.objects.get(id)?.parent ?? null;
    return parent === null ? [] : [parent, ...this.above(parent)];
  }

  /** Columns of a type. */
  columnsOf(type: string): string[] {
    return [...this.snapshot.objects].flatMap(([id, object]) => (object.kind === 'column' && object.needs.includes(type) ? [id] : []));
  }
}

const kins = new WeakMap<SchemaSnapshot, Kin>();

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Kinds that keep the type of a column from being changed. Indexes and constraints do not: the server makes them anew. */
const blocking = new Set<SchemaObject['kind']>(['view', 'materializedView', 'rule', 'policy', 'trigger', 'function', 'statistics']);

/** Objects that must step aside while columns get another type, or while a type itself is made anew. */
export function blockersOf(snapshot: SchemaSnapshot, columns: readonly string[], type?: string): string[] {
  const needed = new Set(type === undefined ? columns : [...columns, type]);
  return [...snapshot.objects].flatMap(([id, object]) => {
    const computed = object.kind === 'column' && object.properties['generated'] !== undefined;
    return (blocking.has(object.kind) || computed) && object.needs.some((need) => needed.has(need)) && !needed.has(id) ? [id] : [];
  });
}

/**
 * Adds to `dropped` whatever needs something in it.
 *
 * @param release a column whose default needs it: the default alone goes
 * @param rebuild what must go and may have to come again
 */
export function closeOverDependents(
  snapshot: SchemaSnapshot,
  kin: Kin,
  dropped: ReadonlySet<string>,
  release: (column: string) => void,
  rebuild: (id: string) => void,
): void {
  const going = new Set<string>();
  const waiting: string[] = [];
  const add = (id: string): void => {
    if (going.has(id)) return;
    going.add(id);
    waiting.push(id);
  };
  for (const id of dropped) for (const each of [id, ...kin.below(id)]) add(each);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const user of kin.users.get(id) ?? []) {
      const object = snapshot.objects.get(user);
      if (!object || going.has(user)) continue;
      if (object.kind === 'column' && object.properties['generated'] === undefined) {
        if (kindOf(id) === 'function' || kindOf(id) === 'sequence') release(user);
        continue;
      }
      // Rows are never dropped to change something else; a partition goes with its table by itself.
      if (object.kind === 'table') continue;
      rebuild(user);
      for (const each of [user, ...kin.below(user)]) add(each);
    }
  }
}
