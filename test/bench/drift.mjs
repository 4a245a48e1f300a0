/**
 * Drift on a schema of 2,000 tables beside `pg_dump --schema-only` of the same database, in turn.
 *
 * Alone: `npx tsx test/bench/drift.mjs`. In `scripts/bench.mjs`: `rows.push(...(await driftRows({ bundle, folder, rounds })))`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { interleaved, timeProgram } from './measure.mjs';
import { milliseconds, printTable, ratio, verdict } from './table.mjs';

const tables = 2_000;

/** What an application of that size has: ten columns, a key, a foreign key, two indexes and a check a table; some views and functions. */
function statements() {
  const each = [...Array(tables).keys()].map(
    (
      at,
    ) => `CREATE TABLE t${at} (id bigserial PRIMARY KEY, parent bigint ${at === 0 ? '' : `REFERENCES t${Math.floor(at / 2)} ON DELETE CASCADE`},
      name varchar(100) NOT NULL DEFAULT 'none', status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'old')), amount numeric(10,2), tags text[],
      meta jsonb DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, code uuid DEFAULT gen_random_uuid());
    CREATE INDEX ON t${at} (parent); CREATE UNIQUE INDEX ON t${at} (lower(name)) WHERE status = 'new'; COMMENT ON TABLE t${at} IS 'Table ${at}';
    ${at % 20 === 0 ? `CREATE VIEW v${at} AS SELECT id, name FROM t${at} WHERE status = 'new'; CREATE FUNCTION f${at}(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + ${at}';` : ''}`,
  );
  const parts = [];
  for (let from = 0; from < each.length; from += 100) parts.push(each.slice(from, from + 100).join('\n'));
  return parts;
}

/**
 * Rows for the table of the bench; empty where `pg_dump` is not installed.
 *
 * @param bundle path of dist/cli.js
 * @param folder an empty folder to run in
 */
export async function driftRows({ bundle, folder, rounds }) {
  const major = dumpMajor();
  if (major === null) return [];
  const { startServer, postgresMajors } = await import('../support/postgres.ts');
  // pg_dump reads servers up to its own version.
  const server = await startServer([...postgresMajors].reverse().find((each) => each <= major) ?? postgresMajors[0]);
  try {
    await run(server.url(), ['CREATE DATABASE live']);
    await run(server.url('live'), statements());
    await run(server.url(), ['CREATE DATABASE other TEMPLATE live']);
    const env = { ...process.env, LIVE: server.url('live'), OTHER: server.url('other') };
    const time = await interleaved(Math.min(rounds, 5), {
      ours: () =>
        timeProgram(process.execPath, [bundle, 'drift', '--database-env', 'LIVE', '--against', 'OTHER', '--json'], {
          cwd: folder,
          env,
          worstExit: 0,
        }),
      dump: () => timeProgram('pg_dump', ['--schema-only', '--no-password', server.url('live')], { cwd: folder, env }),
    });
    const factor = time.ours / time.dump;
    return [
      [
        'h',
        `drift between two databases of ${tables.toLocaleString('en')} tables, cold / pg_dump --schema-only of one`,
        milliseconds(time.ours),
        milliseconds(time.dump),
        ratio(factor),
        '< 3.0x',
        verdict(factor < 3),
      ],
    ];
  } finally {
    await server.stop();
  }
}

function dumpMajor() {
  try {
    return Number(/(\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1]);
  } catch {
    return null;
  }
}

async function run(url, scripts) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const script of scripts) await client.query(script);
  await client.end();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundle = join(import.meta.dirname, '../../dist/cli.js');
  if (!existsSync(bundle)) throw new Error('dist/cli.js is missing: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-drift-'));
  try {
    const rows = await driftRows({ bundle, folder, rounds: Number(process.env.LOCKKEEPER_BENCH_ROUNDS ?? 5) });
    printTable([['', 'measured', 'lockkeeper', 'beside it', 'ratio', 'target', ''], ...rows]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
