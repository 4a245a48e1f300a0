/** What stands in the way of a stack's next run beyond its history: sessions at work, invalid indexes, parts of a migration. */
import type { History, Recovery } from '../core/history.js';
import type { Migration } from '../core/stack.js';
import type { DatabaseSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import type { ToolCall } from '../orms/tool.js';
import { loadParser } from '../sql/postgres/parser.js';
import { walk } from '../sql/postgres/walk.js';

/** Ways out of what a tool left behind that was killed, failed half way, or is still at work. SELECT only. */
export async function standingRecoveries(session: DatabaseSession, call: ToolCall, history: History): Promise<Recovery[]> {
  const pending = call.migrations.filter((each) => history.next.includes(each.name) || stateOf(history, each.name) === 'failed');
  const atWork = await sessionsAtWork(session, call, pending);
  const invalid = await invalidIndexes(session, call);
  const first = pending.find((each) => each.name === history.next[0]);
  // While a session is at work its objects are not to be seen yet.
  const parts = first === undefined || atWork.length > 0 ? [] : await partsThere(session, first);
  return [...atWork, ...invalid, ...parts];
}

function stateOf(history: History, name: string): string | undefined {
  return history.migrations.find((each) => each.name === name)?.state;
}

/** Modes that changes of the schema take, and traffic does not. */
const schemaLocks = `'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'`;

/** Sessions that run a statement of a migration, or hold a lock as only changes of the schema do. */
async function sessionsAtWork(session: DatabaseSession, call: ToolCall, pending: readonly Migration[]): Promise<Recovery[]> {
  const rows = await session.attempt<{ pid: number; seconds: number; query: string; locks: boolean }>(
    `SELECT a.pid, coalesce(extract(epoch FROM now() - a.xact_start), 0)::int AS seconds, a.query,
            EXISTS (SELECT 1 FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
                     WHERE l.pid = a.pid AND l.granted AND l.mode IN (${schemaLocks}) AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
                       AND c.relnamespace <> 'pg_catalog'::regnamespace AND NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace)) AS locks
       FROM pg_catalog.pg_stat_activity a
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
        AND a.application_name <> 'lockkeeper' AND a.state <> 'idle'
      ORDER BY a.xact_start`,
  );
  const texts = pending.map((each) => ({ name: each.name, text: flat(each.up?.sql ?? call.repository.tryRead(each.file) ?? '') }));
  return (rows ?? []).flatMap(({ pid, seconds, query, locks }): Recovery[] => {
    const asked = flat(query);
    const found =
      asked.length < 8 ? undefined : texts.find(({ text }) => text.includes(asked) || asked.includes(text.slice(0, 400) || '\0'));
    if (found === undefined && !locks) return [];
    return [
      {
        kind: 'still-running',
        migration: found?.name ?? null,
        title: `Session ${pid} ${found === undefined ? 'holds a lock as changes of the schema do' : `is at work on ${found.name}`}, for ${seconds} seconds now.`,
        why: 'Ending a tool does not end what the server does for it: the statement goes on, and its change may still be committed. What is told here of applied and pending may be out of date in a moment.',
        steps: [
          { says: 'Wait until it has ended, then ask for the status again, before anything else is run.', command: null, sql: null },
          { says: 'Or end it: what it has not committed is taken back.', command: null, sql: `SELECT pg_terminate_backend(${pid});` },
        ],
      },
    ];
  });
}

/** Text without comments and with one space wherever there is white space. */
function flat(sql: string): string {
  return sql
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[\s;]+$/, '')
    .trim();
}

/** Indexes that a failed or killed build left: kept up to date by every write, used by no query. Those being built now are not meant. */
async function invalidIndexes(session: DatabaseSession, call: ToolCall): Promise<Recovery[]> {
  const rows = await session.query<{ name: string; bare: string; unfinished: boolean }>(
    `SELECT i.indexrelid::regclass::text AS name, c.relname AS bare, c.relname ~ '_ccnew[0-9]*$' AS unfinished
       FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relnamespace <> 'pg_toast'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
      ORDER BY 1`,
  );
  return rows.map(({ name, bare, unfinished }) => {
    const maker = call.migrations.find((each) => (each.up?.sql ?? call.repository.tryRead(each.file) ?? '').includes(bare));
    return {
      kind: 'invalid-index',
      migration: maker?.name ?? null,
      title: `The index ${name} is invalid.`,
      why: 'A build with CONCURRENTLY failed or was cut off. Every write keeps it up to date, no query uses it, a unique one proves nothing, and IF NOT EXISTS passes over it with success.',
      steps: [
        { says: 'Take it away.', command: null, sql: `DROP INDEX CONCURRENTLY ${name};` },
        ...(unfinished
          ? []
          : [
              {
                says: 'Mend the cause (duplicates, a lock timeout, an ended session), then build it again: run the migration again if it is pending, else in a new migration.',
                command: null,
                sql: null,
              },
            ]),
      ],
    };
  });
}

/** SQLSTATEs of "is there already": table or index, column, constraint or type, function. */
const alreadyThere = new Set(['42P07', '42701', '42710', '42723']);

/** True parts of the next migration that the database has already: an earlier run was cut off, or somebody made them by hand. */
async function partsThere(session: DatabaseSession, migration: Migration): Promise<Recovery[]> {
  if (migration.up === null || migration.up.sql.trim() === '') return [];
  await loadParser();
  const there: string[] = [];
  const unit = {
    migration: migration.name,
    file: migration.file,
    firstLine: 1,
    sql: migration.up.sql,
    direction: 'up',
    transactionMode: migration.transactionMode,
    judged: true,
  } as const;
  walk(
    { version: Math.floor(session.version), units: [unit], catalog: await postgres.catalog(session), historyIsComplete: true },
    ({ statement }) => {
      if (statement.error && alreadyThere.has(statement.error.code)) there.push(statement.error.message);
    },
  );
  if (there.length === 0) return [];
  return [
    {
      kind: 'half-applied',
      migration: migration.name,
      title: `${migration.name} is not recorded, and a part of it is in the database: ${there.slice(0, 3).join('; ')}.`,
      why: 'An earlier run was cut off outside a transaction, or somebody made it by hand. The next run stops there.',
      steps: [
        { says: 'Compare the file with the database, statement by statement.', command: null, sql: null },
        {
          says: 'Take back by hand what is there of it, then run it; or finish it by hand and have the tool record it.',
          command: null,
          sql: null,
        },
      ],
    },
  ];
}
