/**
 * Time from call to answer of a rehearsal with a history of 300 migrations: on a server that was given, on a native one and on the
 * embedded one, cold and warm, beside the bare tool alone (goose up of the history, then of the one migration).
 * `node --import tsx test/bench/rehearse.ts`; `LOCKKEEPER_BENCH_HISTORY` changes the length of the history.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { rehearse } from '../../src/operations/rehearse.js';
import { goose } from '../orms/drivers/goose.js';
import { toolAddress } from '../../src/run/address.js';
import { startServer } from '../support/postgres.js';
import { postgresBinaries } from '../support/postgres-binaries.js';

const history = Number(process.env['LOCKKEEPER_BENCH_HISTORY'] ?? 300);
const here = { folder: '.' };
await goose.install();
const root = await mkdtemp(join(tmpdir(), 'lockkeeper-bench-rehearse-'));
const server = await startServer(17);
try {
  await goose.project(root, here);
  for (let at = 0; at < history; at += 1) {
    const number = String((at + 1) * 10).padStart(5, '0');
    await writeFile(
      join(root, 'migrations', `${number}_t${at}.sql`),
      `-- +goose Up\nCREATE TABLE t${at} (id bigint PRIMARY KEY, name text);\nCREATE INDEX t${at}_name ON t${at} (name);\n-- +goose Down\nDROP TABLE t${at};\n`,
    );
  }
  // Another text each time: nothing is kept of it.
  const fresh = (): Promise<void> =>
    writeFile(
      join(root, 'migrations', '00010_t0.sql'),
      `-- +goose Up\n-- ${Math.random()}\nCREATE TABLE t0 (id bigint PRIMARY KEY, name text);\n-- +goose Down\nDROP TABLE t0;\n`,
    );
  const last = await goose.add(root, here, {
    name: 'last',
    up: 'ALTER TABLE t1 ADD COLUMN age int;',
    down: 'ALTER TABLE t1 DROP COLUMN age;',
  });
  const environment = {
    ...goose.environment(),
    SHADOW_URL: server.adminUrl,
    LOCKKEEPER_POSTGRES_BIN: join(await postgresBinaries(17), 'bin'),
  };
  const ours = async (more: object): Promise<number> => {
    const before = performance.now();
    const answer = await rehearse({ project: root, migrations: [last], ...more }, { workingFolder: root, environment });
    if (!answer.passed) throw new Error(JSON.stringify(answer.findings));
    return performance.now() - before;
  };
  const rows: string[][] = [['place', 'cold', 'warm']];
  for (const [name, more] of [
    ['(a) server that was given', { shadowVariable: 'SHADOW_URL' }],
    ['(b) native', { place: 'native' }],
    ['(c) embedded', { place: 'embedded' }],
  ] as const) {
    await fresh();
    const cold = await ours(more);
    const warm = await ours(more);
    rows.push([name, `${Math.round(cold)} ms`, `${Math.round(warm)} ms`]);
  }
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  await client.query('CREATE DATABASE bare');
  await client.end();
  const before = performance.now();
  const { exitCode, output } = await goose.applyAll(root, here, toolAddress(server.url('bare'), 'BARE_URL'));
  if (exitCode !== 0) throw new Error(output);
  rows.push(['bare goose up of everything', `${Math.round(performance.now() - before)} ms`, '']);
  rows.push(['peak memory of this process', `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`, '']);
  for (const row of rows) process.stdout.write(`| ${row.map((cell, at) => cell.padEnd(at === 0 ? 30 : 12)).join(' | ')} |\n`);
} finally {
  await server.stop();
  await rm(root, { recursive: true, force: true });
}
