/**
 * Measures the gate beside no gate, on one server: `pgbench -S`, a replay of 300 migrations, and the time from approval to the first
 * statement. Prints one line of JSON; `scripts/bench.mjs` puts it into its table.
 */
import { execa } from 'execa';
import pg from 'pg';
import type { PlannedStatement } from '../../src/core/run-plan.js';
import { readAddress } from '../../src/databases/postgres/address.js';
import { openGuardedGate } from '../../src/databases/postgres/wire/guarded-gate.js';
import { PlanReferee } from '../../src/run/gate/plan-referee.js';
import { guardSettings, limitsOf } from '../../src/run/gate/settings.js';
import { defaultGuards } from '../../src/run/guards.js';
import { fingerprints } from '../../src/sql/postgres/fingerprint.js';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { startServer } from '../support/postgres.js';

const rounds = Number(process.env.LOCKKEEPER_BENCH_ROUNDS ?? 5);
const seconds = 3;
const migrations = 300;

const server = await startServer(17);
try {
  await loadParser();
  const address = readAddress(server.adminUrl, 'URL');
  const settings = guardSettings(defaultGuards, 'lockkeeper run');
  const gateFor = (statements: PlannedStatement[]) =>
    openGuardedGate(
      address,
      settings,
      new PlanReferee({
        statements,
        direction: 'up',
        bookkeeping: { tables: ['pgbench_accounts', 'pgbench_branches'], functions: [], writes: [], keys: [] },
        bounds: { limits: limitsOf(defaultGuards), schemas: ['public'], role: 'postgres', applicationName: 'lockkeeper run' },
        record: () => undefined,
      }),
    );

  const direct = { host: address.host, port: address.port, user: 'postgres', password: '', database: 'postgres' };
  await pgbench(direct, ['-i', '-q', '-s', '1']);
  const gate = await gateFor([]);
  const through = { host: '127.0.0.1', port: gate.port, user: gate.user, password: gate.password, database: gate.database };
  const rate = { direct: [] as number[], gate: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    rate.direct.push(await transactions(direct));
    rate.gate.push(await transactions(through));
  }
  await gate.close();

  const replay = { direct: [] as number[], gate: [] as number[] };
  const first: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = (at: number): string => `replay_${round}_${at}`;
    const script = (letter: string): string[] =>
      Array.from(
        { length: migrations },
        (_, at) => `CREATE TABLE ${name(at)}${letter} (id bigint PRIMARY KEY, body text NOT NULL DEFAULT 'x')`,
      );
    replay.direct.push(await replayed(direct, script('d')));
    const planned = script('g');
    const before = performance.now();
    const second = await gateFor(planned.flatMap((sql) => fingerprints(sql)) as unknown as PlannedStatement[]);
    const at = { host: '127.0.0.1', port: second.port, user: second.user, password: second.password, database: second.database };
    const opened = performance.now() - before;
    replay.gate.push(await replayed(at, planned, (time) => first.push(opened + time)));
    await second.close();
  }
  process.stdout.write(
    `${JSON.stringify({
      pgbench: { direct: median(rate.direct), gate: median(rate.gate) },
      replay: { direct: median(replay.direct), gate: median(replay.gate), migrations },
      firstStatement: median(first),
      rounds,
    })}\n`,
  );
} finally {
  await server.stop();
}

interface Login {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

async function pgbench({ host, port, user, password, database }: Login, words: string[]): Promise<string> {
  const { stdout } = await execa('pgbench', ['-h', host, '-p', String(port), '-U', user, ...words, database], {
    env: { PGPASSWORD: password },
  });
  return stdout;
}

/** Transactions a second of `pgbench -S`, four clients. */
async function transactions(login: Login): Promise<number> {
  const said = await pgbench(login, ['-S', '-n', '-c', '4', '-T', String(seconds)]);
  return Number(/tps = ([\d.]+)/.exec(said)?.[1] ?? Number.NaN);
}

/** Milliseconds of applying statements one by one, each in a transaction of its own. */
async function replayed(login: Login, statements: readonly string[], tell: (first: number) => void = () => undefined): Promise<number> {
  const before = performance.now();
  const client = new pg.Client(login);
  await client.connect();
  for (const [at, sql] of statements.entries()) {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('COMMIT');
    if (at === 0) tell(performance.now() - before);
  }
  await client.end();
  return performance.now() - before;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
