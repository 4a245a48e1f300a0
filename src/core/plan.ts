/** A safe way for a change: ordered phases, each a deploy of application code or migration files, each step with check and way back. */
import type { Blocks, Effects, Lock } from './effects.js';
import type { PlanChange } from './plan-change.js';
import type { Place, SupportedTool } from './stack.js';

/** How a step runs: its statements as one transaction, or each on its own where PostgreSQL refuses transactions. */
export type StepMode = 'transaction' | 'alone';

/** What keeps a step from making others wait. Null where a limit would do harm: round CONCURRENTLY it leaves invalid objects. */
export interface StepGuards {
  lockTimeoutMs: number;
  /** How often it is tried when the lock was not had in time, with a pause between. */
  attempts: number;
  pauseMs: number;
}

/** SQL that leaves the schema as it was before the step. */
export interface WayBack {
  sql: string[];
  mode: StepMode;
  /** What cannot be had back, or what has to run again afterwards; null when nothing. */
  note: string | null;
  /** Whom it makes wait, by the same analysis as the step itself. */
  blocks: Blocks;
}

/** Rows that are changed in ranges of a key, each range in a transaction of its own. */
export interface BackfillSpec {
  table: string;
  action: 'update' | 'delete' | 'copy';
  /** SQL of SET for `update`; for `copy` the INSERT up to its SELECT list's source, see `plan/backfill.ts`. Null for `delete`. */
  assignment: string | null;
  /** Rows that still need it: false for a row that is done, so that a run can be repeated. */
  where: string;
  /** Columns of the key that orders the ranges; empty: by place in the table (`ctid`). */
  key: string[];
  batchRows: number;
  pauseMs: number;
}

export interface PlanStep {
  /** `2.1`: phase and place. */
  id: string;
  title: string;
  sql: string[];
  mode: StepMode;
  guards: StepGuards | null;
  /** Computed by the analyser from the SQL and the schema at that point. */
  effects: Effects;
  /** Longest time class of its locks. */
  holds: 'moment' | 'scan' | 'indexBuild' | 'rewrite' | 'batch' | 'unknown';
  /** Query of one row and one column `done`, true when the step has been done; null where no query can tell. */
  check: string | null;
  wayBack: WayBack;
  /** Whether the code before the plan and the code after it work once the step is done. */
  oldCodeWorks: boolean;
  newCodeWorks: boolean;
  backfill: BackfillSpec | null;
  /** Data is lost for good. */
  destructive: boolean;
  /** Why the analyser could not read it in full; null when it could. */
  unread: string | null;
}

/** What the phase does in the life of the change. */
export type PhaseStage = 'expand' | 'fill' | 'enforce' | 'switch' | 'contract' | 'deploy' | 'direct';

/** A thing that must be used no more before a phase may run. */
export interface GoneObject {
  table: string;
  column: string | null;
}

export interface PlanPhase {
  number: number;
  kind: 'migration' | 'deploy';
  stage: PhaseStage;
  title: string;
  /** For a deploy: what the code must do from then on. */
  says: string | null;
  /** Edits of models and code that belong to it, for the stack's own tool. */
  edits: string[];
  steps: PlanStep[];
  /** What no code may use any more before this phase runs. */
  gone: GoneObject[];
}

/** One sensible way among several, with what it costs. */
export interface PlanWay {
  name: string;
  summary: string;
  time: string;
  disk: string;
  deploys: number;
  chosen: boolean;
}

/** A fact that the plan cannot do without. */
export interface PlanNeed {
  what: string;
  why: string;
  how: string;
}

/** A place in the repository or the schema that uses what the plan takes away. */
export interface Usage extends Place {
  /** `code`, `sql`, `model`, `view`, `function`, `trigger`, `policy`, `foreignKey`. */
  kind: 'code' | 'sql' | 'model' | 'view' | 'function' | 'trigger' | 'policy' | 'foreignKey';
  object: string;
  use: 'reads' | 'writes' | 'names';
  sure: 'certain' | 'likely' | 'possible';
  excerpt: string;
}

export interface UsageReport {
  total: number;
  found: Usage[];
  filesRead: number;
  /** True when a limit cut the search short: then nothing is said of the rest. */
  cut: boolean;
}

/**
 * `plan`: phases to follow. `direct`: harmless, one file. `needsFacts`: something has to be known first, nothing was planned.
 * `refused`: no safe way is known, `needs` says why.
 */
export type PlanStatus = 'plan' | 'direct' | 'needsFacts' | 'refused';

export interface SafePlan {
  /** `plan-` and the first 16 digits of its hash. */
  id: string;
  status: PlanStatus;
  title: string;
  stack: string | null;
  tool: SupportedTool | null;
  /** Major version the SQL is for. */
  serverVersion: number;
  changes: PlanChange[];
  phases: PlanPhase[];
  ways: PlanWay[];
  /** In what the end differs from what the plain change gives. Empty: in nothing. */
  differences: string[];
  /** What holds only under conditions that the reader must know. */
  limits: string[];
  needs: PlanNeed[];
  usage: UsageReport | null;
  /** Where the schema came from: `catalog` of a live database, `history` of the migrations, or `nothing`. */
  basis: 'catalog' | 'history' | 'nothing';
}

/** Strongest lock of a step that others feel; null when it has none. */
export function strongestLock(locks: readonly Lock[]): Lock | null {
  return locks.reduce<Lock | null>(
    (worst, lock) => (worst === null || blockRank[lock.blocks] > blockRank[worst.blocks] ? lock : worst),
    null,
  );
}

const blockRank: Record<Blocks, number> = { nothing: 0, writes: 1, readsAndWrites: 2 };
