import type { Client } from 'pg';
import type { BackfillLimits } from '../../core/backfill.js';
import type { BackfillSpec } from '../../core/plan.js';
import { sqlState } from '../../databases/postgres/errors.js';

/**
 * Whether no row needs it any more, by the plan's own check, in a transaction that only reads.
 *
 * @returns null when there is no check, or it did not answer within the time of a range
 */
export async function isDone(client: Client, spec: BackfillSpec, check: string | null, limits: BackfillLimits): Promise<boolean | null> {
  const query = check ?? `SELECT NOT EXISTS (SELECT FROM ${spec.table} WHERE ${spec.where}) AS done`;
  try {
    await client.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${limits.statementTimeoutMs}; SET LOCAL lock_timeout = ${limits.lockTimeoutMs}`,
    );
    const { rows } = await client.query<{ done: boolean }>(query);
    return rows[0]?.done ?? null;
  } catch (error) {
    if (sqlState(error) === '57014' || sqlState(error) === '55P03') return null;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}
