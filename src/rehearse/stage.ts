/** One throw-away database while migrations go up and down on it. */
import type { Client } from 'pg';
import { LockkeeperError } from '../core/errors.js';
import { quoteIdentifier } from '../core/names.js';
import type { Migration } from '../core/stack.js';
import { withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import type { ToolRun } from '../orms/tool.js';
import type { CatalogState } from '../sql/catalog/types.js';
import type { Look, RehearseInput } from './input.js';
import { type RehearsalDatabase, withClientOf } from './places/place.js';
import type { WatchedStatement } from './watch/sink.js';

/** One run of the tool, and what it sent. */
export interface StageRun {
  /** Null where the tool has nothing to take it back with; `refused` says why. */
  run: ToolRun | null;
  refused: string | null;
  statements: WatchedStatement[];
  /** The history says that it ran (or was taken back), and the tool did not complain. */
  done: boolean;
  /** What went wrong, where it is not done. */
  error: { code: string | null; message: string } | null;
  after: Look;
}

export class Stage {
  constructor(
    private readonly input: RehearseInput,
    readonly database: RehearsalDatabase,
  ) {}

  look(): Promise<Look> {
    return this.input.look(this.input.call, this.database.connect);
  }

  catalog(): Promise<CatalogState> {
    return withSession(postgres, this.database.connect, (session) => postgres.catalog(session));
  }

  sql<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    return withClientOf(this.database, work);
  }

  /** One migration with the project's own tool. Roles that are not there are made, on a server of our own, and it runs again. */
  async run(migration: Migration, direction: 'up' | 'down', before: Look): Promise<StageRun> {
    for (let attempt = 0; ; attempt += 1) {
      const ran = await this.once(migration, direction, before);
      const role = ran.statements
        .map(({ error }) => (error?.code === '42704' ? /^role "(.+)" does not exist$/.exec(error.message)?.[1] : undefined))
        .find(Boolean);
      if (
        ran.done ||
        role === undefined ||
        attempt > 4 ||
        this.input.place.kind === 'server' ||
        ran.after.fingerprint !== before.fingerprint
      )
        return ran;
      await this.sql((client) => client.query(`CREATE ROLE ${quoteIdentifier(role)} NOLOGIN`));
    }
  }

  private async once(migration: Migration, direction: 'up' | 'down', before: Look): Promise<StageRun> {
    const { tool, call } = this.input;
    if (this.input.signal?.aborted)
      throw new LockkeeperError('CANCELLED', 'The rehearsal was cancelled.', 'Call again when you need the answer.');
    const act = direction === 'up' ? tool.apply : tool.rollback;
    this.database.taken();
    let run: ToolRun | null = null;
    let refused: string | null = null;
    try {
      if (act === undefined) throw new LockkeeperError('NOT_OFFERED', `${tool.name} cannot do this.`, 'Run the tool itself.');
      run = await act.call(tool, { ...call, address: this.database.address }, migration);
    } catch (error) {
      if (!(error instanceof LockkeeperError) || error.problem.code !== 'NOT_OFFERED') throw error;
      refused = error.message;
    }
    const statements = this.database.taken();
    const after = run === null ? before : await this.look();
    const state = after.history.migrations.find((each) => each.name === migration.name)?.state ?? 'pending';
    const recorded = direction === 'up' ? state === 'applied' : state !== 'applied' && state !== 'failed';
    const done = run !== null && recorded && run.exitCode === 0;
    return {
      run,
      refused,
      statements: withoutBookkeeping(statements, after.history.table),
      done,
      error: done || run === null ? null : errorOf(run, statements),
      after,
    };
  }
}

/** Statements of the tool about itself are left out: its own table, locks of its own. */
function withoutBookkeeping(statements: readonly WatchedStatement[], historyTable: string): WatchedStatement[] {
  const bare = historyTable.replaceAll('"', '').split('.').at(-1) ?? '';
  return statements.filter(({ sql, error }) => {
    if (sql.includes(bare) || /\bpg_(?:try_)?advisory_/i.test(sql)) return false;
    // Questions of drivers to the catalog count only as what they are: none of the migration's.
    return (
      !(error === null && /^\s*(?:select|with)\b/i.test(sql) && /\bpg_\w+\b|\binformation_schema\b/i.test(sql)) &&
      !/\bdjango_(?:content_type|migrations)\b|\bauth_permission\b/.test(sql)
    );
  });
}

function errorOf(run: ToolRun, statements: readonly WatchedStatement[]): { code: string | null; message: string } {
  const failed = statements.findLast(({ error }) => error !== null && error.code !== '25P02');
  if (failed?.error) return { code: failed.error.code, message: failed.error.message };
  if (run.error) return { code: run.error.sqlState, message: run.error.message };
  if (run.timedOut) return { code: null, message: 'The tool did not end in time.' };
  return {
    code: null,
    message:
      run.exitCode === 0
        ? 'The tool reported success, and its history does not have it.'
        : `The tool ended with exit code ${run.exitCode}: ${run.said.slice(-400)}`,
  };
}
