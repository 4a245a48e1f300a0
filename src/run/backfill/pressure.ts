/** Sees from a second connection whom a backfill keeps waiting, and what else is a reason to pause. */
import type { Client } from 'pg';
import type { BackfillLimits } from '../../core/backfill.js';

const everyMs = 50;

/** Locks on the table that nobody got yet: somebody wants to change it, and each range would stand in the way. */
const pressures = `
  SELECT (SELECT max(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, replay_lsn))
            FROM pg_stat_replication)::float8 AS lag,
         (SELECT count(*) FILTER (WHERE replay_lsn IS NULL AND state IS DISTINCT FROM 'backup') FROM pg_stat_replication)::int AS unseen,
         (SELECT max(extract(epoch FROM clock_timestamp() - started))
            FROM (SELECT xact_start AS started FROM pg_stat_activity
                   WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                     AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)
                  UNION ALL SELECT prepared FROM pg_prepared_xacts WHERE database = current_database()) AS transactions)::float8 * 1000 AS oldest,
         EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND relation = to_regclass($1)
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS wanted`;

const waiters = `
  SELECT max(1000 * extract(epoch FROM clock_timestamp() - coalesce(l.since, a.state_change)))::float8 AS waited
    FROM pg_stat_activity a LEFT JOIN LATERAL (SELECT min(waitstart) AS since FROM pg_locks WHERE pid = a.pid AND NOT granted) l ON true
   WHERE a.wait_event_type = 'Lock' AND a.datname = current_database() AND $1 = ANY (pg_blocking_pids(a.pid))`;

/** A range while it runs. */
export interface Watched {
  /** Ends the watch: longest wait that was seen, and whether the range was told to give way. */
  stop(): Promise<{ longestBlockMs: number; gaveWay: boolean }>;
}

export class Pressure {
  /** What could not be seen. */
  readonly notes = new Set<string>();

  constructor(
    private readonly client: Client,
    private readonly table: string,
    private readonly limits: BackfillLimits,
  ) {}

  /** Why it should pause now, in words; null when nothing speaks against the next range. */
  async reason(): Promise<string | null> {
    const { rows } = await this.client.query<{ lag: number | null; unseen: number; oldest: number | null; wanted: boolean }>(pressures, [
      this.table,
    ]);
    const { lag, unseen, oldest, wanted } = rows[0] ?? { lag: null, unseen: 0, oldest: null, wanted: false };
    if (unseen > 0) this.notes.add('The role may not see how far replicas are behind (pg_monitor), so it did not pause for them.');
    if (lag !== null && lag > this.limits.replicaLagBytes) return 'a replica is behind';
    if (oldest !== null && oldest > this.limits.longTransactionMs) return 'somebody has a long transaction open';
    return wanted ? 'somebody waits for a lock on the table' : null;
  }

  /** Watches who waits for a server process, and ends its statement when they wait too long. */
  watch(process: number): Watched {
    let [ended, longestBlockMs, gaveWay] = [false, 0, false];
    let wake: () => void = () => undefined;
    const work = (async () => {
      while (!ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        if (ended) break;
        const { rows } = await this.client.query<{ waited: number | null }>(waiters, [process]);
        const waited = rows[0]?.waited ?? 0;
        longestBlockMs = Math.max(longestBlockMs, Math.round(waited));
        if (waited > this.limits.longestBlockMs && !gaveWay && !ended) {
          gaveWay = true;
          await this.client.query('SELECT pg_cancel_backend($1)', [process]);
        }
      }
    })().catch(() => {
      this.notes.add('Who waited could not be seen for a part of the time.');
    });
    return {
      stop: async () => {
        ended = true;
        wake();
        await work;
        return { longestBlockMs, gaveWay };
      },
    };
  }
}
