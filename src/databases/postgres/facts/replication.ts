import type { Facts } from '../../../core/facts.js';
import type { DatabaseSession } from '../../engine.js';

/** On a standby the newest position is what it received itself. */
const replicaQuery = `
  SELECT coalesce(r.application_name, '') AS name, r.state IS NOT NULL AS visible,
         pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, r.replay_lsn)::float8 AS lag
    FROM pg_stat_replication r ORDER BY name`;

const slotQuery = `SELECT count(*)::int AS slots FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database()`;

/**
 * Reads the replicas and how far they are behind, and who decodes changes.
 *
 * @returns `lagVisible` is false when the role may not see the replicas' positions (`pg_monitor`)
 */
export async function readReplication(
  session: DatabaseSession,
): Promise<Pick<Facts, 'replicas' | 'logicalSlots'> & { lagVisible: boolean }> {
  const replicas = await session.attempt<{ name: string; visible: boolean; lag: number | null }>(replicaQuery);
  const slots = await session.attempt<{ slots: number }>(slotQuery);
  return {
    replicas: (replicas ?? []).map(({ name, lag }) => ({ name, lagBytes: lag === null ? null : Math.max(0, lag) })),
    logicalSlots: slots?.[0]?.slots ?? 0,
    lagVisible: replicas !== null && slots !== null && replicas.every(({ visible }) => visible),
  };
}
