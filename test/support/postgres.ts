/** Starts real PostgreSQL servers of a chosen major for tests and measurements, each on a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import pg from 'pg';
import { asUnprivileged, isRoot, unprivilegedAccount } from './postgres-account.js';
import { type PostgresMajor, postgresBinaries, serversFolder } from './postgres-binaries.js';
import { removeLeftOvers, workFolderPrefix } from './postgres-left-overs.js';
import { type Settings, settings } from './postgres-settings.js';

export { type PostgresMajor, postgresMajors, ServersUnavailable } from './postgres-binaries.js';

export interface RunningServer {
  major: PostgresMajor;
  /** As the server says it: `16.14`. */
  version: string;
  /** A connection string; database `postgres` if none is named. */
  url(database?: string): string;
  adminUrl: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * A running server with an empty cluster: user `postgres`, no password, 127.0.0.1 on a free port, time zone UTC, no autovacuum.
 * It ends with this process, whether that ends by itself, by a signal or by an error.
 * @param changed settings that are to be otherwise than `postgres-settings.ts` has them
 * @throws ServersUnavailable when the binaries cannot be had here.
 */
export async function startServer(major: PostgresMajor, changed: Settings = {}): Promise<RunningServer> {
  const binaries = await postgresBinaries(major);
  await removeLeftOvers();
  const account = await asUnprivileged();
  const folder = await mkdtemp(join(tmpdir(), `${workFolderPrefix}${process.pid}-${major}-`));
  if (isRoot()) {
    const { uid, gid } = await unprivilegedAccount();
    await execa('chown', [`${uid}:${gid}`, folder]);
  }
  const data = join(folder, 'data');
  await execa('cp', ['-a', await preparedData(major, binaries), data], { ...account });

  const port = await freePort();
  const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', data, ...settings(port, folder, changed)], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    lines.push(chunk.toString());
    if (lines.length > 200) lines.shift();
  });
  const forget = endWithThisProcess(child, folder);
  const url = (database = 'postgres'): string => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  const stop = async (): Promise<void> => {
    forget();
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await Promise.race([gone, sleep(5000).then(() => child.kill('SIGQUIT'))]);
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const version = await waitUntilReady(child, url());
    return { major, version, url, adminUrl: url(), stop };
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL ${major} did not start: ${String(error)}\n${lines.join('')}`);
  }
}

/** A cluster made once by `initdb` and copied for each server: copying takes a tenth of the time. */
async function preparedData(major: PostgresMajor, binaries: string): Promise<string> {
  const prepared = join(await serversFolder(), 'data', String(major));
  if (existsSync(prepared)) return prepared;
  const building = `${prepared}.${process.pid}`;
  const account = await asUnprivileged();
  await execa(
    join(binaries, 'bin', 'initdb'),
    ['-D', building, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    { ...account, cwd: tmpdir() },
  );
  await rename(building, prepared).catch(async (error: unknown) => {
    await rm(building, { recursive: true, force: true });
    if (!existsSync(prepared)) throw error;
  });
  return prepared;
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<string> {
  const end = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended at once');
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version.split(' ')[0] ?? '';
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(25);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Kills the server and removes its data when this process goes; answers a function that calls this off. */
function endWithThisProcess(child: ChildProcess, folder: string): () => void {
  const end = (): void => {
    child.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    end();
    forget();
    process.kill(process.pid, signal);
  };
  const forget = (): void => {
    process.off('exit', end);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.once('exit', end);
  for (const signal of signals) process.on(signal, onSignal);
  return forget;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
