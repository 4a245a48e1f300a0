import type { Facts } from '../../../core/facts.js';
import type { DatabaseSession } from '../../engine.js';

type ServerFacts = Pick<Facts, 'fullVersion' | 'timeZone' | 'lockTimeoutMs' | 'statementTimeoutMs' | 'isSuperuser'>;

/**
 * Settings as a new session of this role in this database gets them. `reset_val` holds what server, database and role
 * set together; our own short timeouts are local to the transaction and do not change it (view `pg_settings`).
 */
export async function readServer(session: DatabaseSession): Promise<ServerFacts> {
  const [row] = await session.query<{
    full_version: string;
    time_zone: string;
    lock_timeout: number;
    statement_timeout: number;
    superuser: boolean;
  }>(`
    SELECT version() AS full_version,
           max(reset_val) FILTER (WHERE name = 'TimeZone') AS time_zone,
           (max(reset_val) FILTER (WHERE name = 'lock_timeout'))::float8 AS lock_timeout,
           (max(reset_val) FILTER (WHERE name = 'statement_timeout'))::float8 AS statement_timeout,
           current_setting('is_superuser') = 'on' AS superuser
      FROM pg_settings WHERE name IN ('TimeZone', 'lock_timeout', 'statement_timeout')`);
  return {
    fullVersion: row?.full_version ?? '',
    timeZone: row?.time_zone ?? '',
    lockTimeoutMs: row?.lock_timeout ?? 0,
    statementTimeoutMs: row?.statement_timeout ?? 0,
    isSuperuser: row?.superuser ?? false,
  };
}
