/** Sees from a second connection who waits for a run, and whom the run waits for. */
import type { Client } from 'pg';
import { readAddress } from '../databases/postgres/address.js';
import { openClient } from '../databases/postgres/client.js';

/** Another session, as it may be named: never by what it says. */
export interface OtherSession {
  pid: number;
  application: string;
}

export interface WatchReport {
  /** Longest time that somebody waited for the run. Milliseconds. */
  longestBlockMs: number;
  blocked: OtherSession[];
  /** Who held what the run waited for. */
  inTheWay: OtherSession[];
  /** The run was told to give way, because others waited longer than the plan allows. */
  gaveWay: boolean;
  /** The watch could not be kept up to the end. */
  lost: boolean;
}

export interface WatchInput {
  /** The address, as the variable has it. */
  text: string;
  variable: string;
  /** Server processes of the run. */
  sessions: () => number[];
  longestBlockMs: number;
  /** Told once, when others wait too long. */
  giveWay: () => void;
  /** What PostgreSQL reports of a build, as one line. */
  progress: (says: string) => void;
}

const everyMs = 150;

const waiting = `
  SELECT a.pid, coalesce(nullif(a.application_name, ''), 'without a name') AS application,
         (1000 * extract(epoch FROM clock_timestamp() - coalesce(l.since, a.state_change)))::float8 AS waited, $1::int[] @> ARRAY[a.pid] AS ours,
         pg_blocking_pids(a.pid) AS blockers
    FROM pg_stat_activity a LEFT JOIN LATERAL (SELECT min(waitstart) AS since FROM pg_locks WHERE pid = a.pid AND NOT granted) l ON true
   WHERE a.wait_event_type = 'Lock' AND a.datname = current_database()`;

const builds = `
  SELECT 'building the index: ' || phase || CASE WHEN blocks_total > 0 THEN ' ' || (100 * blocks_done / blocks_total) || '%' ELSE '' END AS says
    FROM pg_stat_progress_create_index WHERE pid = ANY ($1)
  UNION ALL
  SELECT 'rewriting the table: ' || phase || CASE WHEN heap_blks_total > 0 THEN ' ' || (100 * heap_blks_scanned / heap_blks_total) || '%' ELSE '' END
    FROM pg_stat_progress_cluster WHERE pid = ANY ($1)
  UNION ALL
  SELECT 'copying: ' || tuples_processed || ' rows' FROM pg_stat_progress_copy WHERE pid = ANY ($1)`;

interface Row {
  pid: number;
  application: string;
  waited: number;
  ours: boolean;
  blockers: number[];
}

export class Watch {
  private readonly report: WatchReport = { longestBlockMs: 0, blocked: [], inTheWay: [], gaveWay: false, lost: false };
  private ended = false;
  private work: Promise<void> = Promise.resolve();

  private constructor(
    private readonly client: Client,
    private readonly input: WatchInput,
  ) {}

  /** Opens the second connection and begins. Throws as `openClient`. */
  static async start(input: WatchInput): Promise<Watch> {
    const { client } = await openClient(readAddress(input.text, input.variable));
    const watch = new Watch(client, input);
    watch.work = watch.keep().catch(() => {
      watch.report.lost = !watch.ended;
    });
    return watch;
  }

  /** Ends the watch when the server's sessions of the run are gone: what they did is settled then. Waits ten seconds at most. */
  async stop(sessions: readonly number[] = []): Promise<WatchReport> {
    this.ended = true;
    await this.work;
    for (let round = 0; round < 100 && !this.report.lost; round += 1) {
      const left = await this.client.query('SELECT FROM pg_stat_activity WHERE pid = ANY ($1)', [sessions]).catch(() => null);
      if (left === null || left.rowCount === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.client.end().catch(() => undefined);
    return this.report;
  }

  private async keep(): Promise<void> {
    await this.client.query("SET statement_timeout = '5s'");
    let last = '';
    while (!this.ended) {
      const ours = this.input.sessions();
      if (ours.length > 0) {
        const { rows } = await this.client.query<Row>(waiting, [ours]);
        await this.see(rows, ours);
        const { rows: built } = await this.client.query<{ says: string }>(builds, [ours]);
        const says = built[0]?.says ?? '';
        if (says !== '' && says !== last) this.input.progress(says);
        last = says;
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  private async see(rows: readonly Row[], ours: readonly number[]): Promise<void> {
    for (const { pid, application, waited } of rows.filter((row) => !row.ours && row.blockers.some((each) => ours.includes(each)))) {
      this.report.longestBlockMs = Math.max(this.report.longestBlockMs, Math.round(waited));
      add(this.report.blocked, { pid, application });
      if (waited > this.input.longestBlockMs && !this.report.gaveWay) {
        this.report.gaveWay = true;
        this.input.giveWay();
      }
    }
    const blockers = [...new Set(rows.filter((row) => row.ours).flatMap((row) => row.blockers))].filter((pid) => !ours.includes(pid));
    if (blockers.every((pid) => this.report.inTheWay.some((each) => each.pid === pid))) return;
    const { rows: named } = await this.client.query<OtherSession>(
      "SELECT pid, coalesce(nullif(application_name, ''), coalesce(nullif(backend_type, 'client backend'), 'without a name')) AS application FROM pg_stat_activity WHERE pid = ANY ($1)",
      [blockers],
    );
    for (const each of named) add(this.report.inTheWay, each);
  }
}

function add(list: OtherSession[], other: OtherSession): void {
  if (!list.some((each) => each.pid === other.pid)) list.push(other);
}
