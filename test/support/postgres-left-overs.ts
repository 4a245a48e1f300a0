/** A process that is killed outright cannot clean up after itself: the next one does, for servers whose starter is gone. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Work folders are named `<prefix><process id of the starter>-<major>-<random>`. */
export const workFolderPrefix = 'lockkeeper-postgres-';

/** Ends servers whose starter is gone and removes their folders. Touches only processes that run on such a folder. */
export async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(workFolderPrefix)) continue;
    const starter = Number.parseInt(name.slice(workFolderPrefix.length), 10);
    if (!Number.isInteger(starter) || isAlive(starter)) continue;
    const folder = join(tmpdir(), name);
    const server = Number.parseInt(await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => ''), 10);
    if (Number.isInteger(server) && (await runsOn(server, folder))) process.kill(server, 'SIGQUIT');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process id may have been given to another program since: only a command line that names the folder is ours. */
async function runsOn(processId: number, folder: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(folder);
}
