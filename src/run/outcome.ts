import type { History } from '../core/history.js';
import type { OtherSession } from './watch.js';

/**
 * What became of one migration, by looking at the target, not by believing the tool.
 *
 * - `done`: the history and the tool agree that it ran (or was taken back).
 * - `done-with-complaint`: the history has it, and still the tool reported a failure.
 * - `failed`: nothing of it is there.
 * - `gave-way`: nothing of it is there; a lock was not had in time, or others waited for it too long.
 * - `cancelled`: nothing of it is there; the caller called it off.
 * - `partly`: a part of it is in the database, and the history does not have it.
 * - `nothing`: the tool reported success, and neither history nor schema changed.
 * - `unknown`: the target could not be looked at any more.
 */
export type RunOutcome = 'done' | 'done-with-complaint' | 'failed' | 'gave-way' | 'cancelled' | 'partly' | 'nothing' | 'unknown';

export interface RunStep {
  migration: string;
  outcome: RunOutcome;
  /** As they may be shown. */
  commands: string[][];
  exitCode: number | null;
  timedOut: boolean;
  said: string;
  error: { sqlState: string | null; message: string } | null;
  notes: string[];
  /** Objects of the schema that appeared, went or changed: `+ table public.users`, `- …`, `~ …`. */
  schemaChanges: string[];
  /** Indexes and constraints that the run left invalid: they are there and do not do their work. */
  leftInvalid: string[];
  /** How often it was tried. */
  attempts: number;
  /** Statements of the plan that were executed and committed, by their position. */
  executed: number[];
  /** What the gate did not let through, and why. Without values. */
  refused: string[];
  /** Who held what it waited for. */
  inTheWay: OtherSession[];
  /** Who waited for it, and how long at most. */
  blocked: OtherSession[];
  longestBlockMs: number;
}

export interface RunReport {
  stack: string;
  direction: 'up' | 'down';
  /** True when every step is done. */
  succeeded: boolean;
  steps: RunStep[];
  /** What is to be done next where it did not succeed. */
  next: string | null;
  /** Null when the target could not be looked at in the end. */
  history: History | null;
}
