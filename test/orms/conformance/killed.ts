/** The tool's process is killed in the middle of a migration: the state must be told as it is. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Behaviour } from './behaviours.js';
import type { World } from './world.js';

const before = { name: 'make_customers', up: 'CREATE TABLE customers (id bigint PRIMARY KEY);', down: 'DROP TABLE customers;' };
const slow = {
  name: 'slow',
  up: 'CREATE TABLE begun (id int PRIMARY KEY);\nSELECT pg_sleep(30);\nCREATE TABLE ended (id int PRIMARY KEY);',
  down: 'DROP TABLE ended;\nDROP TABLE begun;',
};

export const killed: Behaviour[] = (['SIGINT', 'SIGKILL'] as const).map((signal) => ({
  name: `killed in the middle of a migration (${signal}): nothing of it stays, and status tells whether it is next or blocked`,
  async run(world) {
    const names = await world.add(before, slow);
    await world.apply();
    const running = world.apply().catch((error: unknown) => error);
    await killClient(world, '%pg_sleep(30)%', signal);
    await running;
    // The server goes on until it next speaks to the client that is gone.
    await endSessions(world);
    expect(await world.hasTable('begun')).toBe(false);
    expect(await world.hasTable('ended')).toBe(false);
    const answer = await world.status();
    const [first, second] = names.map((name) => answer.migrations.find((each) => each.name === name)?.state);
    expect(first).toBe('applied');
    expect(['pending', 'failed']).toContain(second);
    if (second === 'failed') expect(answer.recoveries.some((each) => each.migration === names[1] && each.steps.length > 0)).toBe(true);
    else expect(answer).toMatchObject({ next: [names[1]], recoveries: [] });
  },
}));

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
