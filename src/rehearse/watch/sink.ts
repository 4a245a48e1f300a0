/** What watching gives. */
import type { LockMode } from '../../core/effects.js';

/** A refusal of the server. */
export interface StatementError {
  /** SQLSTATE. */
  code: string;
  message: string;
  /** What the server says it is about, where it does. */
  constraint: string | null;
  table: string | null;
  column: string | null;
}

/** One statement that a tool sent, and what it did. */
export interface WatchedStatement {
  sql: string;
  /** Number of its parameters. */
  values: number;
  /** Number of the transaction, counted over a database's whole life. */
  transaction: number;
  /** The tool had a transaction open around it; false: it was its own. */
  inTransaction: boolean;
  /** Milliseconds. */
  took: number;
  /** Locks that it was the first to take in its transaction, and how long they stayed; null where that could not be seen. */
  locks: { relation: string; mode: LockMode; heldMs: number }[] | null;
  rewrites: string[];
  scans: string[];
  indexBuilds: string[];
  rows: number | null;
  error: StatementError | null;
  /** `session`: seen from inside. `sampled`: by looking again and again from another session, so that a short lock may be missed. */
  method: 'session' | 'sampled' | 'unseen';
}

/** Locks that a backend was seen to hold, from another session; answers a function that stops looking. */
export type Sampler = (processId: number) => Promise<() => Promise<Map<number, Set<LockMode>>>>;

export interface WatchSink {
  add(statement: WatchedStatement): void;
  drop(statement: WatchedStatement): void;
  nextTransaction(): number;
  /** Null where there is no second session. */
  sampler: Sampler | null;
}
