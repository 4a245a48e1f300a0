import type { LockkeeperProblem } from './errors.js';

/**
 * Where a migration stands, by its files and the rows of the tool's own history table.
 *
 * - `applied`: a row says so.
 * - `pending`: no row; the tool's next run would execute it.
 * - `failed`: the tool recorded a failure, and blocks until somebody resolves it.
 * - `skipped`: no row, and the tool will never execute it as things stand (an older file merged late).
 * - `missing`: a row without a file.
 * - `unknown`: what is recorded does not tell, e.g. Alembic's only row names a revision whose file is gone.
 */
export type MigrationState = 'applied' | 'pending' | 'failed' | 'skipped' | 'missing' | 'unknown';

/** One migration as the target's history has it. */
export interface MigrationStatus {
  /** As in `Migration.name`; for `missing` as the row has it. */
  name: string;
  state: MigrationState;
  /** The file differs from what was applied; null when the tool keeps nothing to tell it by. */
  edited: boolean | null;
  /** Pending, but sorts before one that is applied. */
  outOfOrder: boolean;
  /** ISO 8601, as the row has it; null when the tool keeps none. */
  appliedAt: string | null;
  /** What the row says of a failure, or other remarks; redacted, one line. */
  detail: string | null;
}

/** A bad state that was recognised, and the way out. */
export interface Recovery {
  /** What it is, e.g. `failed-migration`, `edited-after-apply`, `missing-file`, `several-heads`, `out-of-order`, `invalid-index`. */
  kind: string;
  migration: string | null;
  /** What was seen, one sentence. */
  title: string;
  /** How it comes about and why the tool stops or lies there. */
  why: string;
  /** Steps for a person, in order. Commands are the stack's own; lockkeeper runs none of them. */
  steps: { says: string; command: string | null; sql: string | null }[];
}

/** State of a stack on one target. Made by SELECT only. */
export interface History {
  /** Qualified name of the tool's history table. */
  table: string;
  exists: boolean;
  /** In the tool's own order; `missing` ones where their row stands. */
  migrations: MigrationStatus[];
  /** Names that the tool's next run would execute, in its order. */
  next: string[];
  recoveries: Recovery[];
  problems: LockkeeperProblem[];
}

/** A command of a tool that destroys data or rewrites the record. lockkeeper runs none of them but on a throw-away. */
export interface DangerousCommand {
  /** As typed after the stack's runner: `migrate reset`. */
  command: string;
  /** Matches the words after the runner's own name, joined by one space, whatever flags stand between. */
  pattern: string;
  /** What it does to data or record, one sentence. */
  why: string;
  /** What to do instead. */
  instead: string;
}
