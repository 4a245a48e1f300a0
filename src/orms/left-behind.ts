/** What runs that ended half way leave in a database, and the record does not tell. */
import type { Recovery } from '../core/history.js';
import type { Migration } from '../core/stack.js';
import { step } from './history-table.js';
import type { Reader } from './tool.js';

const made =
  /\bCREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|MATERIALIZED\s+VIEW|VIEW|SEQUENCE)\s+(?:CONCURRENTLY\s+)?((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)/gi;

/**
 * Recognises the first pending migration as begun before: it runs outside a transaction, and something that it creates is there.
 *
 * @param pending names that are not recorded, in order
 */
export async function halfApplied(migrations: readonly Migration[], pending: readonly string[], read: Reader): Promise<Recovery[]> {
  const first = migrations.find((each) => each.name === pending[0]);
  const sql = first?.up?.sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, ' ') ?? '';
  const splits = first?.transactionMode === 'none' || (first?.transactionMode === 'automatic' && /\bconcurrently\b/i.test(sql));
  if (first === undefined || !splits || /\bDROP\b/i.test(sql)) return [];
  // A name without IF NOT EXISTS: with it a second run passes over what is there.
  const names = [...new Set([...sql.matchAll(made)].map((found) => found[1]!))].filter((name) => name.toLowerCase() !== 'if');
  if (names.length === 0) return [];
  const rows = await read.query<{ name: string; index: boolean; valid: boolean }>(
    `SELECT given.name, c.relkind = 'i' AS index, coalesce(i.indisvalid, true) AS valid
       FROM unnest($1::text[]) WITH ORDINALITY AS given(name, place)
       JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(given.name) LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      ORDER BY given.place`,
    [names],
  );
  if (rows.length === 0) return [];
  const list = rows.map((row) => (row.valid ? row.name : `${row.name} (invalid)`)).join(', ');
  return [
    {
      kind: 'half-applied',
      migration: first.name,
      title: `${first.name} is not recorded, and what it makes is there already: ${list}.`,
      why: 'It runs outside a transaction: a run that was killed or failed on the way leaves what came before, without a record. The next run ends with "already exists".',
      steps: [
        step('Make sure that no session is still at work on it (pg_stat_activity), and compare what is there with the file.'),
        ...rows
          .filter((row) => row.index)
          .map((row) =>
            step(`Take the index ${row.name} away; the next run builds it again.`, { sql: `DROP INDEX CONCURRENTLY ${row.name};` }),
          ),
        ...(rows.some((row) => !row.index)
          ? [step('Undo the rest of it by hand, after looking whether rows were written to it since.')]
          : []),
        step('Then apply it again.'),
      ],
    },
  ];
}

/** Indexes that a build left invalid: kept up to date, and never used. One that a session builds just now is not meant. */
export async function invalidIndexes(read: Reader): Promise<Recovery[]> {
  const rows = await read.query<{ name: string; table: string }>(
    `SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS table FROM pg_catalog.pg_index i
       JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) ORDER BY 1`,
  );
  return rows.map((row) => ({
    kind: 'invalid-index',
    migration: null,
    title: `The index ${row.name} of ${row.table} is invalid.`,
    why: 'A build with CONCURRENTLY failed or was ended on the way. Every write keeps the index up to date, and no query uses it; a unique one may refuse rows.',
    steps: [
      step('Take it away, mend what kept it from being built (duplicates, a lock), and build it again.', {
        sql: `DROP INDEX CONCURRENTLY ${row.name};`,
      }),
    ],
  }));
}

/**
 * Sessions that go on with a migration though its program is gone: the server notices only when it next speaks to the program.
 *
 * @param call the migrations that are not recorded, whose statements are looked for
 */
export async function stillRunning(migrations: readonly Migration[], pending: readonly string[], read: Reader): Promise<Recovery[]> {
  const first = migrations.find((each) => each.name === pending[0]);
  if (first === undefined) return [];
  const rows = await read.query<{ pid: number; seconds: number }>(
    `SELECT pid, extract(epoch FROM now() - query_start)::int AS seconds FROM pg_catalog.pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND length(query) > 12
        AND strpos(regexp_replace($1, '\\s+', ' ', 'g'), regexp_replace(rtrim(query, E'; \\n\\t\\r'), '\\s+', ' ', 'g')) > 0`,
    [first.up?.sql ?? ''],
  );
  return rows.map((row) => ({
    kind: 'still-running',
    migration: first.name,
    title: `A session (pid ${row.pid}) is at work on ${first.name} since ${row.seconds} seconds.`,
    why: 'Somebody runs it now, or its program was killed and the server has not noticed: it goes on to the end of the statement, with its locks. What is committed then cannot be told yet.',
    steps: [
      step('Wait until it has ended and look at the status again; or, when nobody runs it any more, end the session.', {
        sql: `SELECT pg_terminate_backend(${row.pid});`,
      }),
    ],
  }));
}
