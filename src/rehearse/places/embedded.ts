/** PostgreSQL inside this process: always there, one session. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openThrowAway, type WireDatabase } from '../../databases/pglite.js';
import { watchEmbedded } from '../watch/door.js';
import { baseFolder, prune, touch } from './cache.js';
import { addressAt, connectInputOf, type Place, type RehearsalDatabase } from './place.js';

/** Major version of the PostgreSQL that PGlite holds. */
export const embeddedMajor = 18;

/**
 * The embedded place.
 *
 * @param extensions that the database's scripts may create
 * @param signal ends what is under way
 */
export function embeddedPlace(extensions: readonly string[], signal?: AbortSignal): Place {
  const opened = new Map<RehearsalDatabase, WireDatabase>();
  const openAs = async (loadFrom: Uint8Array | null): Promise<RehearsalDatabase> => {
    const inside = await openThrowAway({ extensions, ...(loadFrom ? { loadFrom } : {}) });
    const door = await watchEmbedded(inside);
    const address = addressAt(door.port, 'postgres', null, 'postgres');
    const database: RehearsalDatabase = {
      address,
      connect: connectInputOf(address, signal),
      taken: () => door.taken(),
      drop: async () => {
        opened.delete(database);
        await door.close().catch(() => undefined);
        await inside.close().catch(() => undefined);
      },
    };
    opened.set(database, inside);
    return database;
  };
  return {
    kind: 'embedded',
    version: embeddedMajor,
    what: `PostgreSQL ${embeddedMajor} inside lockkeeper (PGlite)`,
    doesNotProve: [
      'It has one session: nothing waits for a lock there, and locks of statements that run outside a transaction are not seen.',
      'It sorts text by the collation C, and has only the extensions that come with PGlite.',
      'Its tables hold a few rows, so how long a statement takes on the target is not seen here.',
    ],
    async open(base) {
      const path = base === null ? null : join(await baseFolder('embedded'), base);
      const kept = path === null ? null : await readFile(path).catch(() => null);
      if (kept === null || path === null) return { database: await openAs(null), filled: false };
      try {
        const database = await openAs(new Uint8Array(kept));
        await touch(path);
        return { database, filled: true };
      } catch {
        // Cut short, or of another build: made anew.
        await rm(path, { force: true });
        return { database: await openAs(null), filled: false };
      }
    },
    async keep(database, base) {
      const inside = opened.get(database);
      if (inside === undefined) return false;
      const folder = await baseFolder('embedded');
      const half = join(folder, `${base}.${randomBytes(4).toString('hex')}`);
      try {
        await writeFile(half, await inside.dump(), { mode: 0o600 });
        await rename(half, join(folder, base));
        await prune(folder);
        return true;
      } catch {
        await rm(half, { force: true });
        return false;
      }
    },
    async close() {
      for (const database of [...opened.keys()]) await database.drop();
    },
  };
}
