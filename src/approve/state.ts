/** Where plans, approvals and the journal are kept: per user, outside every repository. */
import { chmod, lstat, mkdir, realpath } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import { Journal } from './journal.js';

const folders = ['plans', 'challenges', 'approvals', 'claimed', 'journal'] as const;

export interface State {
  /** Absolute path. */
  folder: string;
  journal: Journal;
  now: () => Date;
}

/** The folder that the environment names: LOCKKEEPER_STATE, or `lockkeeper` in XDG_STATE_HOME or in `~/.local/state`. */
export function stateFolder(environment: NodeJS.ProcessEnv): string {
  if (environment.LOCKKEEPER_STATE) return environment.LOCKKEEPER_STATE;
  return join(environment.XDG_STATE_HOME || join(environment.HOME || homedir(), '.local', 'state'), 'lockkeeper');
}

/**
 * Opens the store, and makes it where there is none: folders 0700, files 0600.
 *
 * @param options `project`: folder that the store must not lie in
 * @throws LockkeeperError STORE_UNSAFE when somebody else could write to it, when it is not ours, or lies in the project
 */
export async function openState(environment: NodeJS.ProcessEnv, options: { now?: () => Date; project?: string } = {}): Promise<State> {
  const folder = stateFolder(environment);
  if (!isAbsolute(folder)) throw unsafe('Its path is not absolute', 'Set LOCKKEEPER_STATE to an absolute path.');
  for (const each of ['', ...folders]) await mkdir(join(folder, each), { recursive: true, mode: 0o700 }).catch(cannotMake);
  const real = await realpath(folder);
  if (options.project !== undefined && isInside(options.project, real)) {
    throw unsafe('It lies in the project, where a checkout could change it', 'Set LOCKKEEPER_STATE to a folder outside the project.');
  }
  for (const each of ['', ...folders]) await refuseForeign(join(real, each));
  await refuseLooseParents(real);
  const now = options.now ?? (() => new Date());
  return { folder: real, now, journal: new Journal(real, { now, user: userName() }) };
}

/** Name of the user of the operating system. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

async function refuseForeign(path: string): Promise<void> {
  const entry = await lstat(path);
  if (!entry.isDirectory()) throw unsafe('A part of it is no folder', 'Remove what stands in its place, or set LOCKKEEPER_STATE.');
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (entry.uid !== uid) throw unsafe('It belongs to another user', 'Set LOCKKEEPER_STATE to a folder of your own.');
  if ((entry.mode & 0o022) !== 0)
    throw unsafe('Other users may write to it', `Look at what is in it, then: chmod -R go-rwx on the folder.`);
  if ((entry.mode & 0o077) !== 0) await chmod(path, 0o700);
}

/** Who may write to a folder above may put another store in the place of ours. */
async function refuseLooseParents(folder: string): Promise<void> {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  for (let path = dirname(folder); ; path = dirname(path)) {
    const entry = await lstat(path);
    const sticky = (entry.mode & 0o1000) !== 0;
    const groupMayWrite = (entry.mode & 0o020) !== 0 && entry.gid !== process.getgid?.() && entry.gid !== 0;
    if (!sticky && ((entry.mode & 0o002) !== 0 || groupMayWrite || (entry.uid !== 0 && entry.uid !== uid))) {
      throw unsafe('Other users may write to a folder above it', 'Set LOCKKEEPER_STATE to a folder that only you may write to.');
    }
    if (dirname(path) === path) return;
  }
}

function cannotMake(error: unknown): never {
  throw unsafe(
    `It cannot be made (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    'Set LOCKKEEPER_STATE to a folder that you may write to.',
  );
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function unsafe(why: string, next: string): LockkeeperError {
  return new LockkeeperError('STORE_UNSAFE', `The store of plans and approvals cannot be used: ${why.toLowerCase()}.`, next);
}
