import type { ThrowAway } from '../databases/pglite.js';
import { newLocks, readLocks, readPicture, type Seen, seenBetween } from './watch/picture.js';

/** What one statement was seen to do, or what the server refused it with; then nothing else was seen. */
export interface Observation extends Seen {
  error: { code: string; message: string } | null;
}

/**
 * Runs one statement in a transaction, looks at what it locked, wrote anew and read, and rolls it back. Locks come from
 * `pg_locks`, rewrites from the relations' files, scans and index builds from the server's messages of level DEBUG1.
 *
 * @param database a throw-away with the schema that the statement meets, outside a transaction
 * @param sql one statement; one that cannot run in a transaction block answers error 25001
 */
export async function observeStatement(database: ThrowAway, sql: string): Promise<Observation> {
  const messages: string[] = [];
  await database.exec('BEGIN');
  try {
    const before = await readPicture(database);
    const heldBefore = await readLocks(database);
    await database.exec('SET LOCAL client_min_messages = debug1');
    try {
      await database.exec(sql, ({ message }) => messages.push(message));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      return { locks: [], rewrites: [], scans: [], indexBuilds: [], error: { code: code ?? '', message: message ?? String(error) } };
    }
    await database.exec('SET LOCAL client_min_messages = notice');
    const locks = newLocks(heldBefore, await readLocks(database));
    return { ...(await seenBetween(database, before, await readPicture(database), locks, messages)), error: null };
  } finally {
    await database.exec('ROLLBACK');
  }
}
