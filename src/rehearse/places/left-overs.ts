/** What rehearsals that were killed have left on this machine: servers and their folders. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, makerOf } from './mark.js';

/** Work folders are named `<prefix><machine>_<process>_<began>_<random>`. */
export const workPrefix = 'lockkeeper-rehearsal-';

/** Folder in which work folders are made: short, since the path of a socket may have about 100 characters. */
export function workRoot(): string {
  return process.platform !== 'win32' && tmpdir().length > 30 ? '/tmp' : tmpdir();
}

/**
 * Ends servers whose maker is gone and removes their folders. Touches only processes that run on such a folder.
 *
 * @returns names of what was removed
 */
export async function removeLeftOvers(): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(workRoot()).catch(() => [])) {
    const maker = makerOf(name, workPrefix);
    if (maker === null || !isGone(maker)) continue;
    const folder = join(workRoot(), name);
    await endServer(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    removed.push(name);
  }
  return removed;
}

async function endServer(folder: string): Promise<void> {
  const server = Number.parseInt(await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(server) || !runsOn(server, folder)) return;
  try {
    process.kill(server, 'SIGQUIT');
    for (let waited = 0; waited < 3000 && runsOn(server, folder); waited += 20) await sleep(20);
    if (runsOn(server, folder)) process.kill(server, 'SIGKILL');
  } catch {
    // It ended by itself, or belongs to somebody else.
  }
}

/** A process id may have been given to another program since: only a command line that names the folder is ours. */
function runsOn(processId: number, folder: string): boolean {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(processId)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(
      folder,
    );
  } catch {
    return false;
  }
}
