/** Kills a bare tool in the middle of a migration. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.js';

/**
 * Waits until a statement runs, and kills the process at the other end of its connection: the tool itself, not what started it.
 *
 * @param like pattern of the statement
 */
export async function killClient(world: World, like: string, signal: NodeJS.Signals): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    const rows = await world.sql<{ port: number }>(
      `SELECT client_port AS port FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
        AND query LIKE '${like}'`,
    );
    const pid = rows[0] === undefined ? null : await clientOf(rows[0].port);
    if (pid !== null) {
      process.kill(pid, signal);
      return;
    }
    await sleep(50);
  }
  throw new Error(`no statement like ${like} ran in 30 seconds`);
}

/** Ends what killed clients left on the server, and waits until it is gone. */
export async function endSessions(world: World): Promise<void> {
  for (let left = 200; left > 0; left -= 1) {
    const rows = await world.sql<{ pid: number }>(
      `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'`,
    );
    if (rows.length === 0) return;
    await sleep(50);
  }
  throw new Error('sessions of the killed client do not end');
}

/** Process that holds the local end of a TCP connection, by /proc; null while it cannot be found. Never this process. */
async function clientOf(port: number): Promise<number | null> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let inode: string | undefined;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').map((line) => line.trim().split(/\s+/));
    inode ??= lines.find((fields) => fields[1]?.endsWith(local) && fields[9] !== '0')?.[9];
  }
  if (inode === undefined) return null;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const handle of handles)
      if ((await readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')) === `socket:[${inode}]`) return Number(pid);
  }
  return null;
}
