/** What a target is, seen on a read-only session: for its class and its identity. */
import type { TargetEvidence } from '../approve/index.js';
import type { DatabaseSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import { readAddress } from '../databases/postgres/address.js';

/**
 * Gathers the evidence for the class of a target. What the role may not see is null.
 *
 * @param address the text of the variable, only to tell whether it is this machine's own
 */
export async function gatherEvidence(session: DatabaseSession, address: string, variable: string): Promise<TargetEvidence> {
  const fingerprint = await postgres.fingerprint(session);
  const [own] = await session.query<{ role: string }>('SELECT current_user::text AS role');
  const number = async (sql: string): Promise<number | null> => {
    const rows = await session.attempt<{ n: string | null }>(sql);
    return rows?.[0]?.n == null ? null : Number(rows[0].n);
  };
  const marker = await session.attempt<{ setting: string }>(
    `SELECT setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS setting
      WHERE d.datname = current_database() AND s.setrole = 0 AND setting LIKE 'lockkeeper.class=%'`,
  );
  const { host } = readAddress(address, variable);
  return {
    identity: {
      engine: 'postgres',
      systemIdentifier: fingerprint.systemIdentifier,
      database: fingerprint.database,
      version: fingerprint.version,
      role: own?.role ?? '',
    },
    loopback: host.startsWith('/') || /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host),
    sizeBytes: await number('SELECT pg_database_size(current_database())::text AS n'),
    otherClients: await number(
      "SELECT count(*)::text AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name NOT LIKE 'lockkeeper%'",
    ),
    replicas: await number('SELECT count(*)::text AS n FROM pg_stat_replication'),
    marker: marker?.[0]?.setting.slice('lockkeeper.class='.length) ?? null,
  };
}
