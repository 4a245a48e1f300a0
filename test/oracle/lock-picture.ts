/** Reads which relations a server process has locked, from another session, so that the reading takes no locks of its own there. */
import type { ClientBase } from 'pg';
import { type LockMode, lockModes, strongerLock } from '../../src/core/effects.js';
import type { CatalogPicture } from './catalog-picture.js';

/** Relation oid -> the modes held. */
export type LockPicture = Map<number, Set<LockMode>>;

/** The relation locks that a process holds in the database of `client`. */
export async function readLocks(client: ClientBase, processId: number): Promise<LockPicture> {
  const { rows } = await client.query<{ relation: string; mode: LockMode }>(
    `SELECT relation::int8 AS relation, mode FROM pg_locks
     WHERE pid = $1 AND granted AND locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [processId],
  );
  const picture: LockPicture = new Map();
  for (const { relation, mode } of rows) {
    const modes = picture.get(Number(relation)) ?? new Set();
    picture.set(Number(relation), modes.add(mode));
  }
  return picture;
}

/** What is held in `after` and was not in `before`: the strongest mode for each relation. */
export function newLocks(before: LockPicture, after: LockPicture): Map<number, LockMode> {
  const found = new Map<number, LockMode>();
  for (const [relation, modes] of after) {
    for (const mode of modes) {
      if (before.get(relation)?.has(mode)) continue;
      found.set(relation, strongerLock(found.get(relation) ?? mode, mode));
    }
  }
  return found;
}

/**
 * Locks by name, of the relations that were there before. An index's lock is left out when its table is locked at least as
 * strongly: then it keeps nobody waiting whom the table's lock does not.
 */
export function nameLocks(locks: Map<number, LockMode>, existing: CatalogPicture): Record<string, LockMode> {
  const named: [string, LockMode][] = [];
  for (const [oid, mode] of locks) {
    const relation = existing.get(oid);
    if (!relation) continue;
    const tableMode = relation.tableOid === null ? undefined : locks.get(relation.tableOid);
    if (tableMode && lockModes.indexOf(tableMode) >= lockModes.indexOf(mode)) continue;
    named.push([relation.name, mode]);
  }
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}
