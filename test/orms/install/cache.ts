/** Installs a pinned tool once into the cache folder outside the repository. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ToolUnavailable } from '../conformance/driver.js';

/** Where tools and servers are kept between runs. */
export function cacheFolder(): string {
  if (process.env.LOCKKEEPER_CACHE) return process.env.LOCKKEEPER_CACHE;
  if (process.getuid?.() === 0) return '/var/cache/lockkeeper';
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lockkeeper');
}

/**
 * Answers the folder of a tool, building it if it is not there. Several processes may do so at once; the first to finish wins.
 *
 * @param name with the version: `prisma-7.10.0`
 * @param build fills the folder it is given; that folder is moved afterwards, so nothing in it may hold its own path, unless
 *   `fixed` is set: then it is built in place, under a lock
 * @throws ToolUnavailable
 */
export async function installed(
  name: string,
  build: (folder: string) => Promise<void>,
  options: { fixed?: boolean } = {},
): Promise<string> {
  const folder = join(cacheFolder(), 'tools', `${name}-${process.platform}-${process.arch}`);
  const done = options.fixed ? join(folder, '.lockkeeper-complete') : folder;
  if (existsSync(done)) return folder;
  const building = options.fixed ? folder : `${folder}.${process.pid}`;
  const lock = `${folder}.lock`;
  if (options.fixed) await acquire(lock, done);
  if (existsSync(done)) return folder;
  try {
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true });
    await build(building);
    if (options.fixed) await mkdir(done);
    else if (!existsSync(folder)) await rename(building, folder);
    return folder;
  } catch (error) {
    throw new ToolUnavailable(`${name} cannot be installed here: ${String((error as Error).message).slice(0, 2000)}`);
  } finally {
    if (!options.fixed || !existsSync(done)) await rm(building, { recursive: true, force: true });
    if (options.fixed) await rm(lock, { recursive: true, force: true });
  }
}

/** A folder as a lock: making it is atomic. One that is older than half an hour is left over from a killed run. */
async function acquire(lock: string, done: string): Promise<void> {
  const { stat } = await import('node:fs/promises');
  for (;;) {
    await mkdir(join(lock, '..'), { recursive: true });
    const mine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (mine) return;
    if (existsSync(done)) return;
    const age = await stat(lock).then(
      (entry) => Date.now() - entry.mtimeMs,
      () => 0,
    );
    if (age > 30 * 60_000) await rm(lock, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
