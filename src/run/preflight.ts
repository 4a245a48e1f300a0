/** What is looked at on a target before a plan is approved, all of it shown. Reads only. */
import type { TargetEvidence } from '../approve/index.js';
import type { PlannedMigration, PreflightCheck, RunPlanBody } from '../core/run-plan.js';
import { type DatabaseSession, withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import { runnerName } from './lock.js';
import type { Look } from './look.js';
import { connectInputOf, type Ground } from './world.js';

export interface PreflightInput {
  ground: Ground;
  planned: readonly PlannedMigration[];
  look: Look;
  evidence: TargetEvidence;
  destructive: boolean;
  backup: RunPlanBody['backup'];
  rehearsal: RunPlanBody['rehearsal'];
  drift: RunPlanBody['drift'];
}

/** How long a transaction may be open before it is named: locks of ours would wait for it, and others behind us. */
const longTransactionSeconds = 10;

/** Looks at everything; what the role may not see is `unknown`, never `ok`. Throws as `connect`. */
export async function preflight(input: PreflightInput): Promise<PreflightCheck[]> {
  const live = await withSession(postgres, connectInputOf(input.ground), async (session) => [
    await standby(session),
    await anotherRun(session),
    await longTransactions(session, input.planned),
    await replicas(session),
    await space(session, input.planned),
  ]);
  return [...live.flat(), invalidIndexes(input.look), history(input.look), rehearsal(input), drift(input), backup(input)];
}

async function standby(session: DatabaseSession): Promise<PreflightCheck> {
  const { standby: reads } = await postgres.fingerprint(session);
  return reads
    ? { name: 'the server can be written to', state: 'refused', detail: 'It is a standby.' }
    : { name: 'the server can be written to', state: 'ok', detail: 'It is no standby.' };
}

async function anotherRun(session: DatabaseSession): Promise<PreflightCheck> {
  const name = 'nobody else runs migrations';
  const rows = await session.attempt<{ pid: number }>(
    `SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()
      UNION SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '${runnerName}%'`,
  );
  if (rows === null) return { name, state: 'unknown', detail: 'The role may not see the locks.' };
  if (rows.length === 0) return { name, state: 'ok', detail: 'No advisory lock is held.' };
  return { name, state: 'warning', detail: `Process ${rows.map(({ pid }) => pid).join(', ')} holds an advisory lock or runs a migration.` };
}

async function longTransactions(session: DatabaseSession, planned: readonly PlannedMigration[]): Promise<PreflightCheck> {
  const name = 'no long transaction is in the way';
  const rows = await session.attempt<{ pid: number; application: string; seconds: number; relations: string[] | null }>(
    `SELECT a.pid, coalesce(nullif(a.application_name, ''), 'without a name') AS application,
            extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds,
            (SELECT array_agg(DISTINCT n.nspname || '.' || c.relname) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
               JOIN pg_namespace n ON n.oid = c.relnamespace WHERE l.pid = a.pid AND l.granted) AS relations
       FROM pg_stat_activity a
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start < clock_timestamp() - interval '${longTransactionSeconds} s'
        AND a.backend_type = 'client backend'`,
  );
  if (rows === null) return { name, state: 'unknown', detail: 'The role may not see the sessions.' };
  if (rows.length === 0) return { name, state: 'ok', detail: `No transaction is older than ${longTransactionSeconds} s.` };
  const ours = new Set(planned.flatMap((each) => each.statements.flatMap(({ effects }) => effects.locks.map(({ relation }) => relation))));
  const says = rows.map(({ pid, application, seconds, relations }) => {
    const shared = (relations ?? []).filter((relation) => ours.has(relation));
    return `${application} (process ${pid}, ${Math.round(seconds)} s${shared.length === 0 ? '' : `, holds ${shared.join(', ')}`})`;
  });
  return { name, state: 'warning', detail: `Open: ${says.join('; ')}. Locks on the same tables, and CONCURRENTLY, wait for them.` };
}

async function replicas(session: DatabaseSession): Promise<PreflightCheck> {
  const name = 'replicas keep up';
  const rows = await session.attempt<{ application: string; bytes: string | null }>(
    "SELECT coalesce(nullif(application_name, ''), 'without a name') AS application, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::text AS bytes FROM pg_stat_replication",
  );
  if (rows === null) return { name, state: 'unknown', detail: 'The role may not see replication.' };
  if (rows.length === 0) return { name, state: 'ok', detail: 'The server has no replicas.' };
  const says = rows.map(({ application, bytes }) => `${application}: ${bytes === null ? 'lag unknown' : `${megabytes(Number(bytes))} behind`}`);
  const behind = rows.some(({ bytes }) => bytes === null || Number(bytes) > 64 * 1024 * 1024);
  return { name, state: behind ? 'warning' : 'ok', detail: says.join('; ') };
}

async function space(session: DatabaseSession, planned: readonly PlannedMigration[]): Promise<PreflightCheck> {
  const name = 'there is room for what is written anew';
  const tables = [...new Set(planned.flatMap((each) => each.statements.flatMap(({ effects }) => effects.rewrites)))];
  if (tables.length === 0) return { name, state: 'ok', detail: 'No table is written anew.' };
  const rows = await session.attempt<{ bytes: string }>(
    'SELECT coalesce(sum(pg_total_relation_size(to_regclass(t))), 0)::text AS bytes FROM unnest($1::text[]) AS t WHERE to_regclass(t) IS NOT NULL',
    [tables],
  );
  const size = rows?.[0] === undefined ? 'of unknown size' : `of ${megabytes(Number(rows[0].bytes))}`;
  // PostgreSQL tells sizes, never how much of the disk is free.
  return {
    name,
    state: 'unknown',
    detail: `${tables.join(', ')} (${size}) need about as much again, and the server does not tell how much of its disk is free.`,
  };
}

function invalidIndexes({ invalid }: Look): PreflightCheck {
  const name = 'no index or constraint is invalid';
  if (invalid.size === 0) return { name, state: 'ok', detail: 'All are valid.' };
  return { name, state: 'warning', detail: `Invalid already: ${[...invalid].slice(0, 10).join(', ')}.` };
}

function history({ history: stands }: Look): PreflightCheck {
  const name = 'the history is as expected';
  const first = stands.recoveries[0];
  if (first === undefined) return { name, state: 'ok', detail: `${stands.migrations.filter(({ state }) => state === 'applied').length} applied, none failed.` };
  return { name, state: 'warning', detail: first.title };
}

function rehearsal({ rehearsal: done }: PreflightInput): PreflightCheck {
  const name = 'it was rehearsed';
  if (done === null) return { name, state: 'warning', detail: 'It was not rehearsed.' };
  return { name, state: done.passed ? 'ok' : 'refused', detail: `${done.passed ? 'Passed' : 'Did not pass'}: ${done.what}` };
}

function drift({ drift: found }: PreflightInput): PreflightCheck {
  const name = 'the database is what the migrations make';
  if (found === null) return { name, state: 'unknown', detail: 'It was not compared.' };
  return { name, state: found.differences === 0 ? 'ok' : 'warning', detail: found.summary };
}

function backup({ destructive, backup: proof, evidence }: PreflightInput): PreflightCheck {
  const name = 'what is lost can be brought back';
  if (!destructive) return { name, state: 'ok', detail: 'Nothing is lost.' };
  if (proof !== null) return { name, state: 'ok', detail: `${proof.what}, proven ${proof.provenAt}` };
  return {
    name,
    state: evidence.marker === 'throwaway' ? 'warning' : 'refused',
    detail: 'Data is lost, and there is no backup that was proven: make one (lockkeeper run --backup), or name a snapshot and its time (--backup-point).',
  };
}

function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.round(bytes / 1024 / 1024)} MB`;
}
