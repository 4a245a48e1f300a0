/** Follows one session: which transaction it is in, what it held before a statement and what it holds after it. */
import type { Round } from './connection.js';
import { type HeldLocks, newLocks, type Picture, type Probe, readLocks, readPicture, seenBetween } from './picture.js';
import type { StatementError, WatchedStatement, WatchSink } from './sink.js';

/** What came of a statement inside a transaction. */
export interface Outcome {
  sql: string;
  values: number;
  /** By the clock of `performance`. */
  started: number;
  took: number;
  error: StatementError | null;
  rows: number | null;
  debug: string[];
  /** The session can still be asked. */
  alive: boolean;
}

export class SessionWatch {
  private picture: Picture = new Map();
  private held: HeldLocks = new Map();
  private transaction = 0;
  private explicit = false;
  private processId = 0;
  /** Statements of the transaction that is open, with the moment at which each began. */
  private open: { statement: WatchedStatement; started: number }[] = [];

  constructor(
    private readonly probe: Probe,
    private readonly run: (sql: string) => Promise<Round>,
    private readonly sink: WatchSink,
  ) {}

  async start(): Promise<void> {
    const [row] = await this.probe.query<{ id: number }>('SELECT pg_backend_pid() AS id');
    this.processId = row?.id ?? 0;
  }

  close(): void {
    this.finish();
  }

  /**
   * A transaction was opened.
   *
   * @param explicit by the client, or by the server around several statements; false: around one statement
   */
  begin(explicit: boolean): void {
    this.transaction = this.sink.nextTransaction();
    this.held = new Map();
    this.explicit = explicit;
  }

  /** The transaction has ended: its locks are gone. */
  finish(): void {
    const now = performance.now();
    for (const { statement, started } of this.open.splice(0)) for (const lock of statement.locks ?? []) lock.heldMs = now - started;
    this.held = new Map();
    this.explicit = false;
  }

  /** Takes a statement back that will run once more. */
  dropLast(): void {
    const last = this.open.pop();
    if (last) this.sink.drop(last.statement);
  }

  /** What was fine until the commit failed. */
  failLast(error: StatementError): void {
    const last = this.open.at(-1);
    if (last) last.statement.error = error;
  }

  async before(): Promise<void> {
    this.picture = await readPicture(this.probe);
    this.held = await readLocks(this.probe);
    await this.run('SET LOCAL client_min_messages = debug1');
  }

  async after(outcome: Outcome): Promise<void> {
    const statement = this.add(outcome, 'session');
    this.open.push({ statement, started: outcome.started });
    if (!outcome.alive || outcome.error !== null) return;
    await this.run('SET LOCAL client_min_messages = notice');
    const held = await readLocks(this.probe);
    const seen = await seenBetween(this.probe, this.picture, await readPicture(this.probe), newLocks(this.held, held), outcome.debug);
    this.fill(statement, seen);
  }

  /** Before a statement outside any transaction; the function that it answers is called after it. */
  async bare(sql: string, values: number): Promise<(error: StatementError | null, rows: number | null, debug: string[]) => Promise<void>> {
    this.transaction = this.sink.nextTransaction();
    this.explicit = false;
    const before = await readPicture(this.probe);
    await this.run('SET client_min_messages = debug1');
    const stop = this.sink.sampler === null ? null : await this.sink.sampler(this.processId);
    const started = performance.now();
    return async (error, rows, debug) => {
      const took = performance.now() - started;
      const held = stop === null ? null : await stop();
      await this.run('RESET client_min_messages');
      const outcome = { sql, values, started, took, error, rows, debug, alive: true };
      const statement = this.add(outcome, held === null ? 'unseen' : 'sampled');
      if (error !== null) return;
      const seen = await seenBetween(this.probe, before, await readPicture(this.probe), newLocks(new Map(), held ?? new Map()), debug);
      this.fill(statement, seen);
      // Locks that came and went between two looks were there all the same.
      if (held === null || seen.locks.length === 0) statement.locks = null;
      for (const lock of statement.locks ?? []) lock.heldMs = took;
    };
  }

  private fill(statement: WatchedStatement, seen: Awaited<ReturnType<typeof seenBetween>>): void {
    statement.locks = seen.locks.map((lock) => ({ ...lock, heldMs: 0 }));
    statement.rewrites = seen.rewrites;
    statement.scans = seen.scans;
    statement.indexBuilds = seen.indexBuilds;
  }

  private add(outcome: Outcome, method: WatchedStatement['method']): WatchedStatement {
    const { sql, values, took, error, rows } = outcome;
    const statement: WatchedStatement = {
      sql,
      values,
      transaction: this.transaction,
      inTransaction: this.explicit,
      took,
      locks: null,
      rewrites: [],
      scans: [],
      indexBuilds: [],
      rows,
      error,
      method,
    };
    this.sink.add(statement);
    return statement;
  }
}
