/** Looks at a backend's locks from another session, again and again while a statement runs. */
import type { Client } from 'pg';
import type { LockMode } from '../../core/effects.js';
import type { HeldLocks } from './picture.js';

/**
 * Starts to look.
 *
 * @param connect opens a session of our own on the same database
 * @param processId of the backend
 * @returns stops looking, and answers every lock on a relation that was seen
 */
export async function sampleLocks(connect: () => Promise<Client>, processId: number): Promise<() => Promise<HeldLocks>> {
  const seen: HeldLocks = new Map();
  const client = await connect();
  let running = true;
  const look = async (): Promise<void> => {
    const { rows } = await client.query<{ relation: number; mode: LockMode }>({
      name: 'locks',
      text: "SELECT relation::bigint::float8 AS relation, mode FROM pg_locks WHERE pid = $1 AND granted AND locktype = 'relation'",
      values: [processId],
    });
    for (const { relation, mode } of rows) seen.set(relation, (seen.get(relation) ?? new Set<LockMode>()).add(mode));
  };
  await look();
  const loop = (async () => {
    while (running) {
      await look();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })().catch(() => undefined);
  return async () => {
    running = false;
    await loop;
    await client.end().catch(() => undefined);
    return seen;
  };
}
