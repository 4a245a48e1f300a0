import { type Effects, blockedBy, type LockMode, lockModes, strongerLock } from '../../core/effects.js';
import type { ChangeEffects } from '../analysis.js';
import type { Catalog } from '../catalog/catalog.js';

const rank = (mode: LockMode): number => lockModes.indexOf(mode);

/**
 * Effects of a whole statement: of each relation the strongest lock, of storage the union. A lock on an index is left out when
 * its table is locked at least as strongly; a scan when the table is rewritten anyway, unless a foreign key is validated on it.
 */
export function mergeEffects(parts: readonly ChangeEffects[], catalog: Catalog): Effects {
  const locks = new Map<string, LockMode>();
  for (const { locks: some } of parts) {
    for (const { relation, mode } of some) locks.set(relation, strongerLock(locks.get(relation) ?? mode, mode));
  }
  for (const [relation, mode] of locks) {
    const table = catalog.indexes.get(relation)?.table;
    const held = table === undefined ? undefined : locks.get(table);
    if (held && rank(held) >= rank(mode)) locks.delete(relation);
  }
  const rewrites = union(parts, 'rewrites');
  const scans = union(parts, 'scans').filter((table) => !rewrites.includes(table) || parts.some((part) => part.keyScans.includes(table)));
  const runs = parts.every((part) => part.runsInTransaction);
  const list = [...locks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([relation, mode]) => ({ relation, mode, blocks: blockedBy(mode), transient: !runs }));
  return {
    locks: list,
    rewrites,
    scans,
    indexBuilds: union(parts, 'indexBuilds'),
    runsInTransaction: runs ? 'either' : false,
    blocks: list.some((lock) => lock.blocks === 'readsAndWrites')
      ? 'readsAndWrites'
      : list.some((lock) => lock.blocks === 'writes')
        ? 'writes'
        : 'nothing',
    estimate: null,
  };
}

function union(parts: readonly ChangeEffects[], field: 'rewrites' | 'scans' | 'indexBuilds'): string[] {
  const found: string[] = [];
  for (const part of parts) for (const name of part[field]) found.push(name);
  return found.length < 2 ? found : [...new Set(found)].sort();
}
