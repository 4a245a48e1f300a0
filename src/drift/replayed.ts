/** What the migration files come to, step by step. */
import { compareSchemas, type SchemaObject, type SchemaSnapshot } from '../core/schema.js';

/** One migration that was run on a throw-away. */
export interface ReplayedStep {
  migration: string;
  /** Ids of objects that it made, changed or took away. */
  touched: Set<string>;
}

export interface Replay {
  /** The schema after the migrations that the target has, as far as they are the first ones; else after all. */
  files: SchemaSnapshot;
  steps: ReplayedStep[];
  /** Migrations whose effects are in `files` although the target does not have them. */
  ahead: string[];
  /** In words: where it was replayed. */
  what: string;
}

/** Objects that one migration made, changed or took away. */
export function touchedBy(before: SchemaSnapshot, after: SchemaSnapshot): Set<string> {
  const touched = new Set<string>();
  for (const difference of compareSchemas(before, after)) {
    touched.add(difference.id);
    const below = (snapshot: SchemaSnapshot, parent: string): void => {
      for (const [id, object] of snapshot.objects) if (object.parent === parent && !touched.has(id)) touched.add(id);
    };
    if (difference.change === 'onlyRight') below(after, difference.id);
    if (difference.change === 'onlyLeft') below(before, difference.id);
  }
  return touched;
}

/** Ids that an object may be known by in a step: its own, and those of what it hangs on. */
export function lineage(snapshots: readonly SchemaSnapshot[], id: string): string[] {
  const line = [id];
  for (let at: SchemaObject | undefined = find(snapshots, id); at?.parent; at = find(snapshots, at.parent)) line.push(at.parent);
  return line;
}

function find(snapshots: readonly SchemaSnapshot[], id: string): SchemaObject | undefined {
  for (const snapshot of snapshots) {
    const object = snapshot.objects.get(id);
    if (object) return object;
  }
  return undefined;
}
