import type { Dialect, Place } from './stack.js';
import type { Effects } from './effects.js';
import type { Finding, Risk, SuppressedFinding } from './finding.js';
import type { LockkeeperProblem } from './errors.js';

/** One statement as it was judged. */
export interface AssessedStatement {
  index: number;
  sql: string;
  source: Place | null;
  migration: string | null;
  direction: 'up' | 'down';
  /** Kind of the statement's first change, e.g. `createIndex`; `unknown` when not analysed. */
  kind: string;
  analysed: boolean;
  effects: Effects;
}

/** What was not analysed, and why. */
export interface Unanalysed {
  source: Place | null;
  migration: string | null;
  reason: string;
  next: string;
}

export interface Coverage {
  migrations: number;
  statements: number;
  analysed: number;
  unanalysed: Unanalysed[];
}

/** The tool to call next, where one follows. */
export interface NextStep {
  tool: string;
  arguments: Record<string, unknown>;
  why: string;
}

/** Answer of `assess`: the same object from the tool and from the command line. */
export interface Assessment {
  /** The worst of its findings; `unknown` when anything was not analysed and nothing found is high. */
  risk: Risk;
  destructive: boolean;
  dialect: Dialect;
  /** Major version that was asked for or seen; null when unknown, then the newest is assumed. */
  serverVersion: number | null;
  assumedServerVersion: number;
  statements: AssessedStatement[];
  findings: Finding[];
  suppressed: SuppressedFinding[];
  coverage: Coverage;
  problems: LockkeeperProblem[];
  nextStep: NextStep | null;
}
