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
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name <> 'lockkeeper'`,
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

/** Number of lockkeeper's advisory lock: "lock" in ASCII, then the database's own. */
const lockClass = 0x6c6f636b;

/**
 * Holds lockkeeper's own lock on the target while `work` runs, on a connection that is idle outside a transaction, so that
 * it keeps nobody waiting (a snapshot would make CREATE INDEX CONCURRENTLY wait for ever).
 *
 * @param url address of the target
 * @throws LockkeeperError HISTORY_BLOCKED when another run holds it
 */
export async function withRunLock<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ connectionString: url, application_name: 'lockkeeper', connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, 1) AS held', [lockClass]);
    if (rows[0]?.held !== true) {
      throw new LockkeeperError(
        'HISTORY_BLOCKED',
        'Another run of lockkeeper is at work on this database.',
        'Wait until it has ended, then look at the status before you run again.',
      );
    }
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}
