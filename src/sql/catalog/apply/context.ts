import type { Change, ChangeKind, ChangeOf } from '../../../core/change.js';
import type { Catalog } from '../catalog.js';
import type { Origin } from '../types.js';

/** Where a change happens: new objects are stamped with it. */
export type ApplyContext = Origin;

/** Changes the catalog as the server would. Never throws: a change of something unknown adds what is now known of it. */
export type Apply<Kind extends ChangeKind> = (catalog: Catalog, change: ChangeOf<Kind>, context: ApplyContext) => void;

/** Handlers by kind of change. Kinds without one leave the schema as it is. */
export type ApplyHandlers = { [Kind in ChangeKind]?: Apply<Kind> };

/** Replaces one key of a map, keeping its place among the others. */
export function renameKey<Value>(map: Map<string, Value>, from: string, to: string): void {
  const entries = [...map].map(([key, value]) => [key === from ? to : key, value] as const);
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** Replaces one entry of a set. */
export function renameEntry(set: Set<string>, from: string, to: string): void {
  if (set.delete(from)) set.add(to);
}

/** Kind of change without its fields, for tables of handlers. */
export type AnyApply = (catalog: Catalog, change: Change, context: ApplyContext) => void;
