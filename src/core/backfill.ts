/** Words of a backfill that lockkeeper runs itself: what it may do to others, and how it ended. */
import type { BackfillSpec } from './plan.js';

/** When a backfill waits, gives way or stops. Milliseconds, where nothing else is said. */
export interface BackfillLimits {
  /** Time that one range should take; the number of its rows follows it. */
  batchTargetMs: number;
  leastRows: number;
  mostRows: number;
  /** Of one range. */
  lockTimeoutMs: number;
  statementTimeoutMs: number;
  /** Others that wait for a range longer than this make it give way. */
  longestBlockMs: number;
  /** A replica that is further behind makes it pause. */
  replicaLagBytes: number;
  /** A transaction of somebody else that is open longer makes it pause: no row that we replace could be cleaned up. */
  longTransactionMs: number;
  /** Longest pause; then it stops, and goes on with the next call. */
  longestPauseMs: number;
  /** How often in a row a range is tried that did not get its locks or its time. */
  attempts: number;
  /** Time that counting may take before it is estimated. */
  countMs: number;
}

/** Rows that need it. `estimated`: by the planner's statistics, since counting took too long. */
export interface BackfillRows {
  rows: number;
  how: 'counted' | 'estimated';
}

/** A backfill as it was approved: the plan it belongs to, what runs, and under which limits. */
export interface PlannedBackfill {
  /** Id of the safe plan, and of its step. */
  plan: string;
  step: string;
  spec: BackfillSpec;
  /** Query that says whether it is done; null where none can. */
  check: string | null;
  limits: BackfillLimits;
  expected: BackfillRows;
}

/**
 * - `done`: no row needs it any more, by the check.
 * - `unchecked`: every range was run; the check did not answer in time.
 * - `left`: every range was run several times, and rows still need it.
 * - `cancelled`, `paused-too-long`, `gave-way`: stopped between two ranges; the next call goes on from there.
 * - `failed`: a range was refused by the database; the ranges before it are committed.
 */
export type BackfillOutcome = 'done' | 'unchecked' | 'left' | 'cancelled' | 'paused-too-long' | 'gave-way' | 'failed';

export interface BackfillReport {
  outcome: BackfillOutcome;
  table: string;
  /** Rows of this call. */
  changed: number;
  /** Ranges of this call that were committed. */
  batches: number;
  /** True when it went on from where an earlier call had stopped. */
  resumed: boolean;
  expected: BackfillRows;
  rowsPerBatch: { smallest: number; largest: number };
  longestBatchMs: number;
  /** Longest time that somebody waited for a range. Milliseconds, as far as it was seen. */
  longestBlockMs: number;
  /** Ranges that were taken back and tried again. */
  retried: number;
  pauses: { why: string; ms: number }[];
  /** What could not be seen, and what else is to be known. */
  notes: string[];
  tookMs: number;
  says: string;
  next: string | null;
}
