import type { LongTransaction } from '../../../core/facts.js';
import { qualify } from '../../../core/names.js';
import type { DatabaseSession } from '../../engine.js';
import { userSchemas } from '../schemas.js';

/** Older transactions than this make a migration wait noticeably. */
const longSeconds = 5;

interface ActivityRow {
  pid: number;
  transaction: string | null;
  age: number | null;
  state: string | null;
  application: string | null;
  snapshot: boolean;
}

/**
 * Sessions in this database with a transaction, and prepared transactions, which belong to no session. Of other users'
 * sessions a plain role sees process and snapshot, not age and state (`pg_read_all_stats`). The text is never read.
 */
const activityQuery = `
  SELECT a.pid, NULL AS transaction, extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age, a.state,
         CASE WHEN a.backend_type = 'client backend' OR a.backend_type IS NULL THEN a.application_name ELSE a.backend_type END AS application,
         a.backend_xmin IS NOT NULL AS snapshot
    FROM pg_stat_activity a
   WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type IS DISTINCT FROM 'parallel worker'
     AND (a.xact_start < clock_timestamp() - make_interval(secs => ${longSeconds})
          OR a.xact_start IS NULL AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL))
  UNION ALL
  SELECT 0, p.transaction::text, extract(epoch FROM clock_timestamp() - p.prepared)::float8, 'prepared', '', false
    FROM pg_prepared_xacts p WHERE p.database = current_database() AND p.prepared < clock_timestamp() - make_interval(secs => ${longSeconds})`;

/** Locks are visible to everybody. Those of a prepared transaction have no process; the lock on its own number tells whose they are. */
const lockQuery = `
  WITH prepared AS (
    SELECT x.virtualtransaction, x.transactionid::text AS transaction
      FROM pg_locks x JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
     WHERE x.pid IS NULL AND x.locktype = 'transactionid')
  SELECT DISTINCT coalesce(l.pid, 0) AS pid,
         (SELECT p.transaction FROM prepared p WHERE l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction LIMIT 1) AS transaction,
         n.nspname AS schema, c.relname AS name
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE l.granted AND l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND l.pid IS DISTINCT FROM pg_backend_pid() AND c.relkind IN ('r', 'p', 'm', 'f') AND ${userSchemas('n')}
   ORDER BY schema, name`;

/**
 * Reads who keeps a transaction open for long.
 *
 * @returns `allVisible` is false when there are transactions whose age the role may not see
 */
export async function readLongTransactions(
  session: DatabaseSession,
): Promise<{ longTransactions: LongTransaction[]; allVisible: boolean }> {
  const activity = await session.query<ActivityRow>(activityQuery);
  const locks =
    activity.length > 0 ? await session.query<{ pid: number; transaction: string | null; schema: string; name: string }>(lockQuery) : [];
  const relationsOf = (row: ActivityRow): string[] =>
    locks.filter((lock) => lock.pid === row.pid && lock.transaction === row.transaction).map((lock) => qualify(lock.schema, lock.name));
  const longTransactions = activity
    .filter((row): row is ActivityRow & { age: number } => row.age !== null)
    .map((row) => ({
      pid: row.pid,
      ageSeconds: Math.round(row.age),
      state: row.state ?? 'unknown',
      applicationName: row.application ?? '',
      holdsSnapshot: row.snapshot,
      relations: relationsOf(row),
    }))
    .sort((a, b) => b.ageSeconds - a.ageSeconds);
  return { longTransactions, allVisible: longTransactions.length === activity.length };
}
