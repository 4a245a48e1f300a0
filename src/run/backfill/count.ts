import type { Client } from 'pg';
import type { BackfillRows } from '../../core/backfill.js';
import type { BackfillSpec } from '../../core/plan.js';
import { sqlState } from '../../databases/postgres/errors.js';
import { countStatement } from '../../sql/postgres/write/backfill-text.js';

/**
 * Rows that need a backfill: counted in a transaction that only reads, or, where that takes longer than it may, as the planner estimates.
 *
 * @param timeoutMs time that counting may take
 */
export async function countRows(client: Client, spec: BackfillSpec, timeoutMs: number): Promise<BackfillRows> {
  try {
    await client.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL lock_timeout = ${Math.min(timeoutMs, 1000)}`,
    );
    const { rows } = await client.query<{ rows: string }>(countStatement(spec));
    return { rows: Number(rows[0]?.rows ?? 0), how: 'counted' };
  } catch (error) {
    if (sqlState(error) !== '57014' && sqlState(error) !== '55P03') throw error;
    await client.query('ROLLBACK');
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>(
      `EXPLAIN (FORMAT JSON) SELECT FROM ${spec.table} WHERE ${spec.where}`,
    );
    return { rows: Math.round(rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0), how: 'estimated' };
  } finally {
    await client.query('ROLLBACK');
  }
}
