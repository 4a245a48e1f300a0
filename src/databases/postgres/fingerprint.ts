import type { DatabaseSession, Fingerprint } from '../engine.js';

/**
 * Tells which database a session looks at.
 *
 * @param session an open session
 * @returns `systemIdentifier` is null where the role may not call `pg_control_system()`; PostgreSQL lets everybody, some hosts do not
 */
export async function readFingerprint(session: DatabaseSession): Promise<Fingerprint> {
  const [here] = await session.query<{ database: string; standby: boolean }>(
    'SELECT current_database() AS database, pg_is_in_recovery() AS standby',
  );
  const control = await session.attempt<{ id: string }>('SELECT system_identifier::text AS id FROM pg_control_system()');
  return {
    systemIdentifier: control?.[0]?.id ?? null,
    database: here?.database ?? '',
    version: session.version,
    standby: here?.standby ?? false,
  };
}
