/** Observes a statement that runs outside a transaction block, by looking at what it waits for. See `observe.ts` for the method. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type LockMode, strongerLock } from '../../src/core/effects.js';
import { type CatalogPicture, fingerprint, readCatalog } from './catalog-picture.js';
import type { Databases } from './databases.js';
import { type HeldMode, heldBy, heldModes, hold, release } from './holders.js';
import { nameLocks, readLocks } from './lock-picture.js';
import { failed } from './observe-inside.js';
import { countRows, removedRows } from './row-counts.js';
import { findScans, readForeignKeys } from './scans.js';
import { openSession, runStatement } from './session.js';
import { storageChanges } from './storage.js';
import type { Observation, Shape } from './types.js';

/** Oids differ between two databases with the same setup, names do not. */
type LocksByName = Map<string, LockMode>;

/** What the shape's statement does outside a block. Makes and drops databases of its own, since nothing can be rolled back. */
export async function observeOutside(databases: Databases, shape: Shape, settings: Record<string, string>): Promise<Observation> {
  const undisturbed = await observeUndisturbed(databases, shape, settings);
  if (undisturbed.error) return undisturbed;
  return { ...undisturbed, locks: await probeLocks(databases, shape, settings) };
}

/** One run with nobody in the way: its outcome and what it changed, without its locks. */
async function observeUndisturbed(databases: Databases, shape: Shape, settings: Record<string, string>): Promise<Observation> {
  const url = await databases.create(shape.setup);
  const session = await openSession(url, settings);
  try {
    const { client } = session;
    if (shape.before) await client.query(shape.before);
    const before = await readCatalog(client);
    const rowsBefore = await countRows(client, before);
    const { error, rows, messages } = await runStatement(session, shape.sql);
    await client.query('SET client_min_messages = notice');
    const after = await readCatalog(client);
    // Nothing rolls back what it left behind: an INVALID index, for one.
    if (error) return { ...failed(error, false), newRelations: storageChanges(before, after, rowsBefore, rowsBefore).newRelations };
    const foreignKeys = await readForeignKeys(client);
    const rowsAfter = await countRows(client, after);
    const storage = storageChanges(before, after, rowsBefore, rowsAfter);
    const builtOn = Object.values(storage.builtOn).map(({ table }) => table);
    const countersBefore = new Map();
    const scans = findScans({
      before,
      rowsBefore,
      messages,
      countersBefore,
      countersAfter: countersBefore,
      foreignKeys,
      rewrites: storage.rewrites,
      builtOn,
    });
    return {
      locks: {},
      ...storage,
      scans,
      error: null,
      runsInTransaction: false,
      rows,
      removedRows: removedRows(rowsBefore, rowsAfter, before),
    };
  } finally {
    await session.end();
    await databases.drop(url);
  }
}

/** Runs the statement once for each mode that others may hold, and collects the requests that had to wait. */
async function probeLocks(databases: Databases, shape: Shape, settings: Record<string, string>): Promise<Observation['locks']> {
  const seen: LocksByName = new Map();
  let url = await databases.create(shape.setup);
  try {
    let existing: CatalogPicture = new Map();
    let candidates = (_: string): boolean => true;
    for (const mode of heldModes) {
      const probe = await probeOnce(url, shape, settings, mode, candidates);
      existing = probe.existing;
      for (const [name, requested] of probe.requests) seen.set(name, strongerLock(seen.get(name) ?? requested, requested));
      // Whatever is asked for at all is seen against ACCESS EXCLUSIVE; against the others, what asked for enough needs no more.
      const settled = new Set(mode === 'ACCESS EXCLUSIVE' ? [] : probe.waited);
      const earlier = candidates;
      candidates = mode === 'ACCESS EXCLUSIVE' ? (name) => seen.has(name) : (name) => earlier(name) && !settled.has(name);
      if (![...existing.values()].some(({ name }) => candidates(name))) break;
      if (!probe.changed) continue;
      await databases.drop(url);
      url = await databases.create(shape.setup);
    }
    const locks = new Map<number, LockMode>();
    for (const { oid, name } of existing.values()) {
      const mode = seen.get(name);
      if (mode) locks.set(oid, mode);
    }
    return nameLocks(locks, existing);
  } finally {
    await databases.drop(url);
  }
}

interface Probe {
  existing: CatalogPicture;
  /** Strongest mode on each relation, of those it waited for and those it had been granted whenever it waited. */
  requests: LocksByName;
  /** The relations it waited for. */
  waited: Set<string>;
  /** Whether it left anything changed in the catalog. */
  changed: boolean;
}

/** One run against holders of `mode` on each relation that is a candidate. */
async function probeOnce(
  url: string,
  shape: Shape,
  settings: Record<string, string>,
  mode: HeldMode,
  isCandidate: (name: string) => boolean,
): Promise<Probe> {
  const session = await openSession(url, settings);
  const watcher = await openSession(url);
  try {
    if (shape.before) await session.client.query(shape.before);
    const existing = await readCatalog(watcher.client);
    const probe: Probe = { existing, requests: new Map(), waited: new Set(), changed: false };
    const held = new Set<number>();
    for (const relation of existing.values()) {
      if (isCandidate(relation.name) && (await hold(watcher.client, relation, mode))) held.add(relation.oid);
    }
    let running = true;
    const run = runStatement(session, shape.sql).finally(() => {
      running = false;
    });
    while (running) {
      await Promise.race([run, sleep(4)]);
      if (running) await letGo(watcher.client, session.processId, held, probe);
    }
    await run;
    for (const oid of held) await release(watcher.client, oid);
    probe.changed = fingerprint(await readCatalog(watcher.client)) !== fingerprint(existing);
    return probe;
  } finally {
    await Promise.all([session.end(), watcher.end()]);
  }
}

/** If the statement waits for one of the holders, notes what it asked for and lets it pass. */
async function letGo(watcher: Client, processId: number, held: Set<number>, { existing, requests, waited }: Probe): Promise<void> {
  const { rows } = await watcher.query<{ locktype: string; relation: string | null; mode: LockMode; transactionid: string | null }>(
    'SELECT locktype, relation::int8 AS relation, mode, transactionid::text FROM pg_locks WHERE pid = $1 AND NOT granted',
    [processId],
  );
  const [wait] = rows;
  if (!wait) return;
  const note = (oid: number, mode: LockMode): string | undefined => {
    const name = existing.get(oid)?.name;
    if (name) requests.set(name, strongerLock(requests.get(name) ?? mode, mode));
    return name;
  };
  for (const [oid, modes] of await readLocks(watcher, processId)) for (const mode of modes) note(oid, mode);
  if (wait.locktype === 'relation' && wait.relation !== null) {
    const oid = Number(wait.relation);
    const name = note(oid, wait.mode);
    if (name) waited.add(name);
    await releaseHolder(watcher, held, held.has(oid) ? oid : existing.get(oid)?.tableOid);
  } else if (wait.transactionid !== null) {
    // It waits for a whole transaction to end, as CONCURRENTLY does: that is no lock on a relation.
    await releaseHolder(watcher, held, await heldBy(watcher, wait.transactionid));
  }
}

async function releaseHolder(watcher: Client, held: Set<number>, oid: number | null | undefined): Promise<void> {
  if (oid === null || oid === undefined || !held.delete(oid)) return;
  await release(watcher, oid);
}
