/** What a rehearsal found: the migrations were run by the project's own tool on a throw-away database, there and back. */
import type { LockkeeperProblem } from './errors.js';
import type { LockMode } from './effects.js';
import type { Severity } from './finding.js';
import type { Place } from './stack.js';

/** Where it took place, and what that does not prove. */
export interface RehearsalPlace {
  /** `server`: one that was given for it. `native`: a PostgreSQL of this machine. `embedded`: PGlite. */
  kind: 'server' | 'native' | 'embedded';
  /** Major version. */
  version: number;
  what: string;
  doesNotProve: string[];
}

/** What it started from. */
export interface RehearsalStart {
  /** `target`: its live schema, without rows. `history`: the migrations before, run by the tool. `empty`: there are none before. */
  from: 'target' | 'history' | 'empty';
  what: string;
  /** The base was kept from an earlier rehearsal. */
  kept: boolean;
}

/** Synthetic rows of one table. */
export interface FilledTable {
  table: string;
  rows: number;
  /** Kinds of rows that are there: `plain`, `NULL in every column that allows it`, `two rows of the same (email)`. */
  shapes: string[];
  /** Kinds of rows that could not be made, and why. */
  unfilled: { shape: string; why: string }[];
}

/** One statement as it went over the wire. */
export interface RehearsedStatement {
  sql: string;
  /** Where it comes from, where that is known. */
  source: Place | null;
  direction: 'up' | 'down';
  inTransaction: boolean;
  tookMs: number;
  /** Locks that it was the first to take in its transaction, and how long they stayed; null where they could not be seen. */
  locks: { relation: string; mode: LockMode; heldMs: number }[] | null;
  rewrites: string[];
  scans: string[];
  indexBuilds: string[];
  /** Rows that it changed; null for statements that change none. */
  rows: number | null;
  error: { code: string; message: string } | null;
  /** What was predicted from the text and is not what was seen, one sentence each. */
  differences: string[];
}

/** Whether a way back was there, and what it brought back. */
export type WayBackGrade = 'reversible' | 'data lost' | 'irreversible' | 'no down' | 'not tried';

export interface WayBack {
  grade: WayBackGrade;
  /** As it may be shown: `reversible (proven)`, `reversible, data lost: …`, `irreversible: …`, `no down: …`. */
  says: string;
  /** Objects that are not as they were before, `+ index public.i`, `- …`, `~ …`. */
  differences: string[];
  /** Rows and values that did not come back. */
  lost: string[];
  /** It went up again afterwards. Null when that was not tried. */
  upAgain: boolean | null;
  /** Written by lockkeeper where the tool or the project has none; null otherwise. */
  rollback: RollbackScript | null;
}

/** SQL that takes a migration back, proven by running it. */
export interface RollbackScript {
  sql: string;
  /** What it brings back, in the words of a grade. */
  proven: string;
  /** Where it is kept when it is asked for, relative to the project. */
  file: string;
  written: boolean;
}

/** One migration, there and back. */
export interface RehearsedMigration {
  name: string;
  /** It ran, if need be without the rows that made it fail. */
  succeeded: boolean;
  error: { code: string | null; message: string } | null;
  statements: RehearsedStatement[];
  /** What it changed: `+ public.users.email`. */
  schemaChanges: string[];
  /** Indexes and constraints that it left invalid. */
  leftInvalid: string[];
  wayBack: WayBack;
  filled: FilledTable[];
}

/**
 * How sure a finding is.
 *
 * - `certain`: it happened without any special row.
 * - `if such rows exist`: it happened because of synthetic rows of that kind.
 */
export type RehearsalCertainty = 'certain' | 'if such rows exist';

/** Something that a person must know before the real run. */
export interface RehearsalFinding {
  kind:
    | 'fails'
    | 'would-fail'
    | 'prediction'
    | 'data-lost'
    | 'irreversible'
    | 'no-way-back'
    | 'not-up-again'
    | 'left-invalid'
    | 'query-breaks'
    | 'partly-applied';
  severity: Severity;
  certainty: RehearsalCertainty;
  migration: string;
  source: Place | null;
  title: string;
  why: string;
  next: string;
}

/** A query of the application, before and after the migrations. */
export interface RehearsedQuery {
  /** Where it comes from: file and line, or the target's statistics. */
  source: Place | null;
  sql: string;
  before: 'runs' | 'fails' | 'not tried';
  after: 'runs' | 'fails' | 'not tried';
  /** First migration after which it fails. */
  brokenBy: string | null;
  error: string | null;
}

/** Answer of `rehearse`. */
export interface Rehearsal {
  stack: string;
  /** True when every migration ran and nothing of high severity was found. */
  passed: boolean;
  place: RehearsalPlace;
  start: RehearsalStart;
  migrations: RehearsedMigration[];
  findings: RehearsalFinding[];
  queries: RehearsedQuery[];
  /** Hash of the migrations that were rehearsed and of what they started from. */
  fingerprint: string;
  /** Milliseconds. */
  took: { base: number; total: number };
  problems: LockkeeperProblem[];
}
