/**
 * Observes what a real PostgreSQL server does with one statement.
 *
 * **Inside a transaction block** (all statements that may run in one): BEGIN, `before`, the statement, look, ROLLBACK.
 * - locks: `pg_locks` of the statement's process, read from another session, less what `before` held already: tables, partitioned
 *   tables, views, materialized views, sequences, foreign tables and indexes that were there before, outside the system's schemas;
 *   the strongest mode of each. An index's lock is left out when its table is locked at least as strongly.
 * - rewrites, indexBuilds: the file numbers of the catalog before and after, see `storage.ts`.
 * - scans: counters and messages, see `scans.ts`.
 * - A statement that fails has let go of all locks and undone all work: then only the error is said.
 *
 * **Outside a block** (25001 inside one: CONCURRENTLY, VACUUM, …): a first run on a fresh database, undisturbed, gives outcome,
 * storage and messages. Then others hold ACCESS EXCLUSIVE on all tables, materialized views and indexes, each in a transaction
 * of its own; the statement runs, and what it waits for is noted (`pg_locks`, not granted, of type relation: the mode it asked for)
 * before that one holder lets go. This gives every relation that it asks for, in the mode asked for first. The same again with
 * holders of ACCESS SHARE, ROW SHARE, … on these relations: the mode noted first is then the strongest, since weaker holders stop
 * only stronger requests. Locks that it has been granted whenever it waits count as well: so sequences are seen, which cannot be
 * held. Waiting for a whole transaction to end is no lock on a relation and is not noted.
 * Not seen: the conditional lock by which VACUUM truncates (it never waits), and what DROP INDEX CONCURRENTLY does to the index
 * after its last user is gone.
 */
import type { Databases } from './databases.js';
import { observeInside } from './observe-inside.js';
import { observeOutside } from './observe-outside.js';
import { openSession, refusesTransactionBlock, type Session } from './session.js';
import type { Observation, Shape } from './types.js';

/** A database with one setup, in which any number of shapes with that setup are observed and rolled back. */
export interface Workplace {
  observe(shape: Shape): Promise<Observation>;
  end(): Promise<void>;
}

/**
 * Opens a workplace for shapes with this setup.
 * @param settings of the session, such as `{ timezone: 'Europe/Paris' }`
 */
export async function openWorkplace(databases: Databases, setup: string, settings: Record<string, string> = {}): Promise<Workplace> {
  const url = await databases.create(setup);
  const session = await openSession(url, settings);
  const watcher = await openSession(url);
  return {
    observe: (shape) => observe(databases, session, watcher, shape, settings),
    async end() {
      await Promise.all([session.end(), watcher.end()]);
      await databases.drop(url);
    },
  };
}

async function observe(
  databases: Databases,
  session: Session,
  watcher: Session,
  shape: Shape,
  settings: Record<string, string>,
): Promise<Observation> {
  const inside = await observeInside(session, watcher.client, shape);
  const refused = refusesTransactionBlock(inside.error);
  if (shape.mode === 'transaction') return inside;
  if (shape.mode !== 'outside' && !refused) return inside;
  const outside = await observeOutside(databases, shape, settings);
  return { ...outside, runsInTransaction: !refused };
}
