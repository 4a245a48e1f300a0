// A rehearsal that is killed outright leaves nothing once the next one has begun. Runs on the servers of support/servers.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { findServers, nearestServer } from '../../src/rehearse/places/binaries.js';
import { workPrefix, workRoot } from '../../src/rehearse/places/left-overs.js';
import { nativePlace } from '../../src/rehearse/places/native.js';
import { serverPlace } from '../../src/rehearse/places/server.js';
import { postgresBinaries } from '../support/postgres-binaries.js';
import { testServers } from '../support/servers.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);

/** Starts the script, waits for its first line, and kills it outright; answers the line and its process id. */
async function killedAfterOpening(kind: string, environment: NodeJS.ProcessEnv): Promise<{ line: string; processId: number }> {
  const script = fileURLToPath(new URL('support/killed.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  return { line, processId: child.pid! };
}

/** A process that has ended may stay in the list until its parent looks; it has no command line any more. */
function runs(processId: number, folder: string): boolean {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .some((line) => Number.parseInt(line, 10) === processId && line.includes(folder));
}

describe.skipIf(server === undefined)('after kill -9', { timeout: 180_000 }, () => {
  test('a server of our own ends and its folder goes when the next one starts', async () => {
    const environment = {
      LOCKKEEPER_POSTGRES_BIN: join(await postgresBinaries(server!.major), 'bin'),
      WANTED_MAJOR: String(server!.major),
    };
    const { processId } = await killedAfterOpening('native', environment);
    const left = readdirSync(workRoot()).filter((name) => name.startsWith(workPrefix) && name.includes(`_${processId}_`));
    expect(left).toHaveLength(1);
    const folder = join(workRoot(), left[0]!);
    const postmaster = Number.parseInt(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8'), 10);
    expect(runs(postmaster, folder)).toBe(true);
    const place = await nativePlace(nearestServer(await findServers({ ...process.env, ...environment }, dirname(folder)), server!.major)!);
    await place.close();
    expect(runs(postmaster, folder)).toBe(false);
    expect(readdirSync(workRoot())).not.toContain(left[0]);
  });

  test('a database on a server that was given is dropped by the next one', async () => {
    const databases = async (): Promise<string[]> => {
      const client = new pg.Client({ connectionString: server!.adminUrl });
      await client.connect();
      const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
      await client.end();
      return rows.map(({ datname }) => datname);
    };
    const { line } = await killedAfterOpening('server', { SHADOW_URL: server!.adminUrl });
    expect(await databases()).toContain(line);
    const place = await serverPlace({ variable: 'SHADOW_URL', environment: { SHADOW_URL: server!.adminUrl } }, null);
    expect(await databases()).not.toContain(line);
    const { database } = await place.open(null);
    await place.close();
    expect(await databases()).not.toContain(database.address.database);
  });

  test('the target itself is refused as a place', async () => {
    const client = new pg.Client({ connectionString: server!.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ id: string; database: string }>(
      'SELECT system_identifier::text AS id, current_database() AS database FROM pg_control_system()',
    );
    await client.end();
    const refused = serverPlace(
      { variable: 'SHADOW_URL', environment: { SHADOW_URL: server!.adminUrl } },
      { systemIdentifier: rows[0]!.id, database: rows[0]!.database },
    );
    await expect(refused).rejects.toMatchObject({ problem: { code: 'NOT_THROWAWAY' } });
  });
});
