import type { Change } from '../core/change.js';
import type { Effects, LockMode } from '../core/effects.js';
import type { Facts } from '../core/facts.js';
import type { Place, TransactionMode } from '../core/stack.js';
import type { CatalogState } from './catalog/types.js';

/** One script to walk over. Units that are not `judged` are history: they only build the catalog. */
export interface AnalysisUnit {
  migration: string | null;
  /** Shown in sources; null for text that came without a file. */
  file: string | null;
  /** Line of `file` at which `sql` starts, from 1. */
  firstLine: number;
  sql: string;
  direction: 'up' | 'down';
  transactionMode: TransactionMode;
  judged: boolean;
}

export interface AnalysisInput {
  /** Major version of the server. */
  version: number;
  units: AnalysisUnit[];
  /** Schema to start from; an empty, incomplete one when absent. */
  catalog?: CatalogState;
  /** True when `units` and `catalog` together hold the whole schema: what is missing then does not exist. */
  historyIsComplete?: boolean;
  facts?: Facts | null;
}

/** Effects of one change of a statement, before they are merged. */
export interface ChangeEffects {
  locks: { relation: string; mode: LockMode }[];
  rewrites: string[];
  scans: string[];
  /** Those of `scans` that validate a foreign key: they happen even when the table is rewritten. */
  keyScans: string[];
  indexBuilds: string[];
  /** False when it cannot run in a transaction block. */
  runsInTransaction: boolean;
  /** SQLSTATE with which the server refuses it, as far as text and schema tell. */
  error: { code: string; message: string } | null;
  /** What was missing to be sure, by name of the fact; the effects then are the worst case. */
  needs: string[];
}

/** A statement while it is being judged: the catalog still is as it was before it. */
export interface AnalysedStatement {
  /** Position over all judged statements. */
  index: number;
  sql: string;
  source: Place | null;
  unit: AnalysisUnit;
  changes: Change[];
  /** Effects per change, in the order of `changes`. */
  changeEffects: ChangeEffects[];
  effects: Effects;
  /** Null when it was read in full; otherwise why not. */
  unanalysed: string | null;
  /** SQLSTATE and sentence when PostgreSQL is known to refuse it here. */
  error: { code: string; message: string } | null;
}

/** The transaction around a statement. */
export interface TransactionState {
  /** True when the statement runs in a transaction with others: a runner's, an explicit one, or an implicit one. */
  open: boolean;
  /** Number of the transaction, counting over the whole analysis. */
  number: number;
  /** Who opened it. */
  origin: 'runner' | 'explicit' | 'implicit' | 'none';
  mode: TransactionMode;
  /** Strongest lock held per relation before this statement. */
  heldLocks: Map<string, LockMode>;
  /** Statements that ran in it before, in order. */
  earlier: AnalysedStatement[];
}

/** Session settings as the statements before have left them. */
export interface SessionState {
  /** Milliseconds; 0 is off; null when nothing set it. */
  lockTimeoutMs: number | null;
  statementTimeoutMs: number | null;
  idleInTransactionTimeoutMs: number | null;
  timeZone: string | null;
  searchPath: string[];
  replicationRole: string | null;
}
