/** One range in a transaction of its own, under its time limits. */
import type { Client } from 'pg';
import type { BackfillLimits } from '../../core/backfill.js';
import { LockkeeperError } from '../../core/errors.js';
import type { BackfillSpec } from '../../core/plan.js';
import { databaseError, sqlState } from '../../databases/postgres/errors.js';
import { batchStatement } from '../../sql/postgres/write/backfill-text.js';
import { runnerName } from '../lock.js';
import type { Pressure } from './pressure.js';
import type { Position, Ranges } from './ranges.js';

/** Waited too long, ran too long, or a deadlock: nothing of the range is there, and it can be tried again. */
const again = new Set(['55P03', '57014', '40P01', '40001']);

export interface Batch {
  changed: number;
  end: Position;
  tookMs: number;
  longestBlockMs: number;
}

export interface BatchInput {
  client: Client;
  ranges: Ranges;
  spec: BackfillSpec;
  limits: BackfillLimits;
  pressure: Pressure;
  position: Position;
  rows: number;
}

/**
 * Runs the range behind a position.
 *
 * @returns null when it was taken back and can be tried again
 * @throws LockkeeperError BAD_USAGE when rows that it changed would be changed again by a second run; DATABASE_REFUSED,
 *   DATABASE_UNREACHABLE
 */
export async function runBatch(input: BatchInput): Promise<Batch | null> {
  const { client, limits } = input;
  const open = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL application_name = '${runnerName} backfill';
    SET LOCAL lock_timeout = ${limits.lockTimeoutMs}; SET LOCAL statement_timeout = ${limits.statementTimeoutMs};
    SET LOCAL idle_in_transaction_session_timeout = ${limits.statementTimeoutMs}`;
  let watched: ReturnType<Pressure['watch']> | null = null;
  try {
    await client.query(open);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    watched = input.pressure.watch(rows[0]?.pid ?? 0);
    const begun = performance.now();
    const { changed, end } = await statements(input);
    await client.query('COMMIT');
    const tookMs = performance.now() - begun;
    return { changed, end, tookMs, longestBlockMs: (await watched.stop()).longestBlockMs };
  } catch (error) {
    await watched?.stop();
    await client.query('ROLLBACK').catch(() => undefined);
    if (again.has(sqlState(error) ?? '')) return null;
    throw refusedRange(error, input.spec.table);
  }
}

async function statements({ client, ranges, spec, position, rows }: BatchInput): Promise<{ changed: number; end: Position }> {
  const range = await ranges.after(client, position, rows);
  const batch = batchStatement(spec, range.condition);
  if (spec.action !== 'update') return { changed: (await client.query(batch, range.values)).rowCount ?? 0, end: range.end };
  // RETURNING sees each row as it is afterwards, triggers included.
  const { rows: counted } = await client.query<{ changed: number; again: number }>(
    `WITH lockkeeper_range AS (${batch} RETURNING (${spec.where}) AS again)
     SELECT count(*)::int AS changed, (count(*) FILTER (WHERE again))::int AS again FROM lockkeeper_range`,
    range.values,
  );
  if ((counted[0]?.again ?? 0) > 0) throw repeats(spec.table);
  return { changed: counted[0]?.changed ?? 0, end: range.end };
}

/** By its code and the names in it: the text of the server can hold values of rows. */
function refusedRange(error: unknown, table: string): LockkeeperError {
  const state = sqlState(error);
  if (state === null || error instanceof LockkeeperError || state.startsWith('57')) return databaseError(error);
  const { constraint, column } = error as { constraint?: string; column?: string };
  const what = [`SQLSTATE ${state}`, ...(constraint ? [`constraint ${constraint}`] : []), ...(column ? [`column ${column}`] : [])].join(
    ', ',
  );
  return new LockkeeperError(
    'DATABASE_REFUSED',
    `The database refused a range of ${table} (${what}). The range was taken back.`,
    'Look at the rows behind those that are done, or in the log of the server; rows are never in an answer.',
  );
}

function repeats(table: string): LockkeeperError {
  return new LockkeeperError(
    'BAD_USAGE',
    `Rows of ${table} that were filled still count as not filled: after a crash they would be filled twice. The range was taken back.`,
    'Give the backfill a condition that is false for a row that is done, and see whether a trigger sets the value back.',
  );
}
