/** Where models, migration files, history table and live schema disagree. */
import type { LockkeeperProblem } from './errors.js';
import type { SchemaObjectKind } from './schema.js';

/** A picture of the schema. `other` is the second database of a comparison of two. */
export type DriftSource = 'models' | 'files' | 'live' | 'other';

/**
 * How a difference probably came about. A guess from what was seen, said as one.
 *
 * - `changed-by-hand`: no migration says it; somebody changed the database directly.
 * - `edited-migration`: a file was changed after it was applied.
 * - `never-run`: a migration that was not applied would make it.
 * - `merged-late`: a migration that sorts before applied ones was not applied, and some tools never will.
 * - `history-lies`: the history says that a migration is applied, and nothing of it is there.
 * - `file-missing`: the history names a migration whose file is gone.
 * - `model-ahead`: the models say it, and no migration does.
 * - `unknown`: nothing points anywhere.
 */
export type DriftCause =
  | 'changed-by-hand'
  | 'edited-migration'
  | 'never-run'
  | 'merged-late'
  | 'history-lies'
  | 'file-missing'
  | 'model-ahead'
  | 'unknown';

/** Statements that make one side as the other. Never run by lockkeeper: they are for a person, or for a new migration. */
export interface DriftMending {
  /** In the order in which they run, each on its own. */
  sql: string[];
  /** What is lost for good, e.g. `the rows of public.users`. */
  loses: string[];
  /** What no statement does, in words; null when the statements do it. */
  byHand: string | null;
}

/** One object that is not the same in all sources. */
export interface DriftDifference {
  /** Stable: the same drift has the same one in every answer. A baseline lists these. */
  fingerprint: string;
  kind: SchemaObjectKind;
  /** As `core/names.ts` writes it. */
  object: string;
  /** Sources that have the object. */
  presentIn: DriftSource[];
  /** What differs, by property; a source that does not have the property or the object is null. */
  properties: { property: string; values: Partial<Record<DriftSource, string | null>> }[];
  /** The source that all others disagree with; null when there are only two, or none agree. */
  standsAlone: DriftSource | null;
  cause: { kind: DriftCause; migration: string | null; why: string };
  /** In the baseline: known, and no reason to fail. */
  accepted: boolean;
  mend: {
    /** Makes the live schema as the files (or the other database) have it. */
    live: DriftMending | null;
    /** What a new migration must say for the files to give the live schema. */
    files: DriftMending | null;
  };
}

/** What the tool's own check said, beside ours. */
export interface ToolCheck {
  /** As it may be shown. */
  command: string[];
  verdict: 'agrees' | 'differs' | 'failed' | 'not offered';
  /** What it compares, and its output: bounded, no secrets. */
  compares: string;
  said: string;
}

export interface Drift {
  /** Null when two databases are compared. */
  stack: string | null;
  /** Names of the environment variables with the addresses. */
  databases: { live: string; other: string | null };
  /** What each source is here, or why it is not looked at. */
  sources: { source: DriftSource | 'history'; looked: boolean; what: string }[];
  counts: { differences: number; new: number; accepted: number; pending: number };
  /** True when no difference is new. */
  inStep: boolean;
  differences: DriftDifference[];
  /** Statements that mend everything at once: not the sum of the single ones, which each stand for themselves. */
  mend: { live: DriftMending; files: DriftMending | null };
  /** Migrations that are not applied yet: no drift, and left out of the comparison where they come last. */
  pending: string[];
  /** The tool's own checks. */
  checks: ToolCheck[];
  /** Objects that were seen and are not compared, in words. */
  notCompared: string[];
  /** Fingerprints of the baseline that match nothing any more. */
  staleBaseline: string[];
  problems: LockkeeperProblem[];
}
