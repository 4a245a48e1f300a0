import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';

/** Small log files: the dump has nothing to carry but the database (31 instead of 40 MB, and a third faster to load). */
export const bootParameters = { initDbStartParams: ['--wal-segsize=1'] };

/** A prepared database, and where to put one when there is none. */
export interface PreparedDump {
  data: Blob | null;
  /** Keeps what a fresh database looks like; answers the database. Never throws. */
  keep: (database: PGlite) => Promise<PGlite>;
}

/**
 * Looks for the dump that an earlier boot left.
 *
 * @param folder of the cache; `LOCKKEEPER_CACHE` or `~/.cache/lockkeeper` when absent
 */
export async function preparedDump(folder = cacheFolder()): Promise<PreparedDump> {
  const file = join(folder, `pglite-${await libraryVersion()}`, 'prepared.tar');
  const bytes = await readFile(file).catch(() => null);
  return {
    data: bytes && new Blob([new Uint8Array(bytes)]),
    keep: async (database) => {
      await store(file, database).catch(() => undefined);
      return database;
    },
  };
}

/** Written beside and renamed, so that nobody ever reads half a file. */
async function store(file: string, database: PGlite): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const dump = await database.dumpDataDir('none');
    await writeFile(beside, Buffer.from(await dump.arrayBuffer()), { mode: 0o600 });
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
}

function cacheFolder(): string {
  return process.env['LOCKKEEPER_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lockkeeper');
}

/** A dump belongs to the build that made it. */
async function libraryVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const text = await readFile(join(dirname(entry), '..', 'package.json'), 'utf8').catch(() => '{}');
  return String((JSON.parse(text) as { version?: string }).version ?? 'unknown').replace(/[^\w.-]/g, '_');
}
