/** Keeps runs off databases that are not throw-away, and off each other. */
import { LockkeeperError } from '../core/errors.js';
import { type ConnectInput, withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';

/**
 * Refuses a target that is in use, whatever the caller says of it: a database that others are connected to, or that is
 * replicated, is nobody's throw-away.
 *
 * @throws LockkeeperError NOT_THROWAWAY with what was seen
 */
export async function refuseIfInUse(input: ConnectInput): Promise<void> {
  await withSession(postgres, input, async (session) => {
    const fingerprint = await postgres.fingerprint(session);
    if (fingerprint.standby) throw notThrowAway('it is a standby');
    const others = await session.query<{ name: string }>(
      `SELECT coalesce(nullif(application_name, ''), 'without a name') AS name FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name NOT LIKE 'lockkeeper%'`,
    );
    if (others.length > 0) throw notThrowAway(`${others.length} other client${others.length === 1 ? ' is' : 's are'} connected to it`);
    const replicas = await session.attempt<{ pid: number }>('SELECT pid FROM pg_stat_replication');
    if (replicas !== null && replicas.length > 0) throw notThrowAway('its server has replicas');
    const slots = await session.attempt<{ slot_name: string }>(
      'SELECT slot_name FROM pg_replication_slots WHERE database = current_database()',
    );
    if (slots !== null && slots.length > 0) throw notThrowAway('a replication slot reads from it');
  });
}

/** The refusal of a target that nobody marked. */
export function notMarked(): LockkeeperError {
  return new LockkeeperError(
    'NOT_THROWAWAY',
    'Nothing is run on a database that is not marked as throw-away.',
    'Name a database of your own that may be lost, and say so with --throwaway. Others are only migrated with a human approval, which a later version brings.',
  );
}

function notThrowAway(why: string): LockkeeperError {
  return new LockkeeperError(
    'NOT_THROWAWAY',
    `The database is marked as throw-away, and does not look like one: ${why}.`,
    'Check which database the variable names. If it may really be lost, end the other sessions first.',
  );
}
