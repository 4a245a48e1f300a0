import type { History } from '../core/history.js';

/**
 * What became of one migration, by looking at the target, not by believing the tool.
 *
 * - `done`: the history and the tool agree that it ran (or was taken back).
 * - `done-with-complaint`: the history has it, and still the tool reported a failure.
 * - `failed`: nothing of it is there.
 * - `partly`: the schema changed, and the history does not have it.
 * - `nothing`: the tool reported success, and neither history nor schema changed.
 */
export type RunOutcome = 'done' | 'done-with-complaint' | 'failed' | 'partly' | 'nothing';

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
  /** Objects of the schema that appeared, went or changed: `+ public.users`, `- …`, `~ …`. */
  schemaChanges: string[];
  /** Indexes and constraints that the run left invalid: they are there and do not do their work. */
  leftInvalid: string[];
}

export interface RunReport {
  stack: string;
  direction: 'up' | 'down';
  /** True when every step is done. */
  succeeded: boolean;
  steps: RunStep[];
  /** What is to be done next where it did not succeed. */
  next: string | null;
  history: History;
}
