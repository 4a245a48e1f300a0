/** A PostgreSQL server of our own on a temporary data folder, reached by a socket in that folder and by no port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, chown, cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { LockkeeperError } from '../../core/errors.js';
import { type Account, serverAccount } from './account.js';
import type { ServerBinaries } from './binaries.js';
import { baseFolder, prune, touch } from './cache.js';
import { workPrefix, workRoot } from './left-overs.js';
import { markedName } from './mark.js';

/** Where a running server is reached. */
export interface Cluster {
  /** Folder of the socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  /** Ends the server, keeps a copy of its data folder under a name, and starts it again. False where that fails. */
  keep(name: string): Promise<boolean>;
  stop(): Promise<void>;
}

const port = 5432;
const settings: Record<string, string | number> = {
  port,
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: 40,
  max_locks_per_transaction: 256,
  wal_level: 'logical',
  autovacuum: 'off',
  jit: 'off',
  // Helpers take locks under a process id of their own, where nobody looks.
  max_parallel_workers_per_gather: 0,
  max_parallel_maintenance_workers: 0,
  timezone: 'UTC',
  lc_messages: 'C',
  log_min_messages: 'fatal',
};

/**
 * Starts a server.
 *
 * @param binaries of the version
 * @param base name of the kept data folder to start from, where there is one
 * @returns the server, and whether it started from that base
 * @throws LockkeeperError DATABASE_REFUSED when it does not start
 */
export async function startCluster(binaries: ServerBinaries, base: string | null): Promise<{ cluster: Cluster; filled: boolean }> {
  const account = await serverAccount();
  const kept = await baseFolder(`native-${binaries.version}`);
  const folder = join(workRoot(), markedName(workPrefix));
  await mkdir(folder, { mode: 0o700 });
  const running = new Running(binaries, account, folder);
  try {
    if (account.uid !== undefined) await chown(folder, account.uid, account.gid ?? account.uid);
    const from = base === null ? null : join(kept, base);
    const filled = from !== null && (await exists(from));
    const source = filled && from !== null ? from : await prepared(binaries, account, kept);
    await copyFolder(source, running.data);
    await touch(source);
    await running.start();
    return {
      filled,
      cluster: {
        host: folder,
        port,
        user: 'postgres',
        password: running.password,
        keep: (name) => running.keep(join(kept, name), kept),
        stop: () => running.stop(),
      },
    };
  } catch (error) {
    await running.stop();
    if (error instanceof LockkeeperError) throw error;
    throw new LockkeeperError(
      'DATABASE_REFUSED',
      `PostgreSQL ${binaries.version} of this machine does not start: ${firstLine(error)}`,
      'Rehearse on the embedded PostgreSQL, or name a server for it.',
    );
  }
}

class Running {
  readonly data: string;
  readonly password = randomBytes(18).toString('base64url');
  private child: ChildProcess | null = null;
  private readonly onExit = (): void => {
    this.child?.kill('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  };

  constructor(
    private readonly binaries: ServerBinaries,
    private readonly account: Account,
    private readonly folder: string,
  ) {
    this.data = join(folder, 'data');
    process.once('exit', this.onExit);
  }

  /** Starts on the data folder; whoever can open a port of this machine must not get in, so there is a password. */
  async start(): Promise<void> {
    const login = join(this.data, 'pg_hba.conf');
    await this.own(login, 'local all all trust\n');
    const words = Object.entries({ ...settings, unix_socket_directories: this.folder }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const said: string[] = [];
    const child = spawn(join(this.binaries.folder, 'postgres'), ['-D', this.data, ...words], {
      ...this.account,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    });
    this.child = child;
    child.on('error', (error) => said.push(error.message));
    child.stderr?.on('data', (bytes: Buffer) => said.push(bytes.toString()));
    await this.ready(child, said);
    await this.ask(`ALTER ROLE postgres PASSWORD '${this.password}'`);
    await this.own(login, 'local all all scram-sha-256\n');
    child.kill('SIGHUP');
  }

  async keep(path: string, kept: string): Promise<boolean> {
    await this.end('SIGINT');
    const half = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      await copyFolder(this.data, half);
      await rename(half, path);
      await prune(kept);
      return true;
    } catch {
      await rm(half, { recursive: true, force: true });
      return exists(path);
    } finally {
      await this.start();
    }
  }

  async stop(): Promise<void> {
    process.off('exit', this.onExit);
    await this.end('SIGQUIT');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGQUIT'), 10_000);
    await gone;
    clearTimeout(timer);
  }

  private async ready(child: ChildProcess, said: readonly string[]): Promise<void> {
    const until = Date.now() + 30_000;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
        throw new Error(said.join('').trim() || 'it ended at once');
      try {
        return await this.ask('SELECT 1');
      } catch (error) {
        if (Date.now() > until) throw error;
        await sleep(15);
      }
    }
  }

  private async ask(sql: string): Promise<void> {
    const { default: driver } = await import('pg');
    const client = new driver.Client({ host: this.folder, port, user: 'postgres', password: this.password, database: 'postgres' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async own(path: string, text: string): Promise<void> {
    await writeFile(path, text, { mode: 0o600 });
    const { uid, gid } = this.account;
    if (uid !== undefined) await chown(path, uid, gid ?? uid);
  }
}

/** An empty cluster made once by `initdb` and copied for each server: copying takes a tenth of the time. */
async function prepared(binaries: ServerBinaries, account: Account, kept: string): Promise<string> {
  const path = join(kept, 'empty');
  if (await exists(path)) return path;
  const building = join(workRoot(), markedName(workPrefix));
  await mkdir(building, { mode: 0o700 });
  try {
    if (account.uid !== undefined) await chown(building, account.uid, account.gid ?? account.uid);
    const data = join(building, 'data');
    await execa(
      join(binaries.folder, 'initdb'),
      ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
      { ...account, cwd: tmpdir(), env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }, extendEnv: false, stdin: 'ignore' },
    );
    const half = `${path}.${randomBytes(4).toString('hex')}`;
    await copyFolder(data, half);
    await rename(half, path).catch(async (error: unknown) => {
      await rm(half, { recursive: true, force: true });
      if (!(await exists(path))) throw error;
    });
    return path;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Copies a folder with its owners. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') await cp(from, to, { recursive: true });
  else await execa('cp', ['-a', from, to], { stdin: 'ignore' });
  await chmod(to, 0o700);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
