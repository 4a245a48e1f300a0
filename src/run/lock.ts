/** lockkeeper's own lock on a target, and a connection that watches. */
import type { Client } from 'pg';
import { LockkeeperError } from '../core/errors.js';
import { readAddress } from '../databases/postgres/address.js';
import { openClient } from '../databases/postgres/client.js';

/** Number of lockkeeper's advisory lock: "lock" in ASCII, then the database's own. */
const lockClass = 0x6c6f636b;

/** Sessions that run a migration are named so, with the beginning of the plan's id. */
export const runnerName = 'lockkeeper run';

/**
 * Holds the lock on a target while `work` runs, on a connection that is idle outside a transaction, so that it keeps nobody waiting
 * (a snapshot would make CREATE INDEX CONCURRENTLY wait for ever).
 *
 * @param text the address, as the variable has it
 * @throws LockkeeperError HISTORY_BLOCKED when another run holds it, or sessions of one that was cut off are still at work
 */
export async function withRunLock<Result>(text: string, variable: string, work: () => Promise<Result>): Promise<Result> {
  const { client } = await openClient(readAddress(text, variable));
  try {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, 1) AS held', [lockClass]);
    if (rows[0]?.held !== true) {
      throw new LockkeeperError(
        'HISTORY_BLOCKED',
        'Another run of lockkeeper is at work on this database.',
        'Wait until it has ended, then look at the status before you run again.',
      );
    }
    await refuseLeftOvers(client);
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A run that was killed leaves its server sessions until the server notices; what they do is not over before. */
async function refuseLeftOvers(client: Client): Promise<void> {
  for (let round = 0; ; round += 1) {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $1`,
      [`${runnerName}%`],
    );
    if (rows.length === 0) return;
    if (round >= 20) {
      throw new LockkeeperError(
        'HISTORY_BLOCKED',
        `A session of an earlier run is still at work on this database (process ${rows.map(({ pid }) => pid).join(', ')}).`,
        'Wait until it has ended, or end it with pg_terminate_backend; then look at the status before you run again.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
