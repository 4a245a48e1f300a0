/** Compares two pictures of the catalog: what was stored anew, which indexes were built, what is new. */
import type { CatalogPicture, Relation } from './catalog-picture.js';
import type { Observation } from './types.js';

export type StorageChanges = Pick<Observation, 'rewrites' | 'indexBuilds' | 'builtOn' | 'indexesOf' | 'newRelations'>;

/**
 * - rewrites: tables, materialized views and sequences that were there before and are now stored in another file. A table that is
 *   empty afterwards was emptied, not rewritten.
 * - indexBuilds: indexes of a table that was there before with rows, and still has rows, stored in a file that held no index
 *   before. (ALTER TYPE may make a new index over the old file: that builds nothing.)
 */
export function storageChanges(
  before: CatalogPicture,
  after: CatalogPicture,
  rowsBefore: Map<number, number>,
  rowsAfter: Map<number, number>,
): StorageChanges {
  const hasRows = (oid: number): boolean => rowsBefore.get(oid) !== 0 && rowsAfter.get(oid) !== 0;
  const rewritten = [...after.values()].filter((now) => {
    const then = before.get(now.oid);
    return then && 'rmS'.includes(now.kind) && then.file !== now.file && (now.kind === 'S' || hasRows(now.oid));
  });
  const newRelations = [...after.values()].filter((now) => !before.has(now.oid) && !isIndexOver(before, now));

  const filesBefore = new Set([...before.values()].filter(isStoredIndex).map((index) => index.file));
  const namesBefore = new Set([...before.values()].map((relation) => relation.name));
  const built = [...after.values()].filter((now) => {
    const table = before.get(now.tableOid ?? 0);
    return isStoredIndex(now) && table && hasRows(table.oid) && !filesBefore.has(now.file);
  });
  const builtOn: Observation['builtOn'] = {};
  const indexesOf: Observation['indexesOf'] = {};
  for (const index of built.sort(byName)) {
    const table = before.get(index.tableOid ?? 0)?.name ?? '';
    const existed = namesBefore.has(index.name);
    builtOn[index.name] = { table, existed };
    indexesOf[table] ??= {
      before: [...before.values()].filter((other) => isStoredIndex(other) && other.tableOid === index.tableOid).length,
      rebuilt: 0,
    };
    if (existed) indexesOf[table].rebuilt += 1;
  }
  return { rewrites: names(rewritten, before), indexBuilds: Object.keys(builtOn), builtOn, indexesOf, newRelations: names(newRelations) };
}

function isStoredIndex(relation: Relation): boolean {
  return relation.kind === 'i' && relation.file !== null;
}

/** A new index over the file of an old one (ALTER TYPE does this) is no new relation. */
function isIndexOver(before: CatalogPicture, now: Relation): boolean {
  return 'iI'.includes(now.kind) && [...before.values()].some((then) => then.name === now.name && then.kind === now.kind);
}

/** Names as they were before the statement, which may have renamed some. */
function names(relations: Relation[], before?: CatalogPicture): string[] {
  return relations.map((relation) => before?.get(relation.oid)?.name ?? relation.name).sort();
}

function byName(a: Relation, b: Relation): number {
  return a.name < b.name ? -1 : 1;
}
