import type { Unanalysed } from '../../core/assessment.js';
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Remark } from '../../core/remark.js';
import type { Dialect, Script, Stack } from '../../core/stack.js';
import type { AnalysisUnit } from '../../sql/analysis.js';

/** Scripts that share one schema: the migrations of one stack, or loose SQL. */
export interface Selection {
  stack: Stack | null;
  dialect: Dialect;
  /** History and what is judged, in the order in which they run. */
  units: AnalysisUnit[];
  /** True when history and schema hold everything that exists before the first judged unit. */
  historyIsComplete: boolean;
  /** Number of migrations (or loose scripts) under judgement. */
  migrations: number;
  unanalysed: Unanalysed[];
  /** Where rendered SQL comes from, by `placesKey`. */
  places: Map<string, NonNullable<Script['places']>>;
  /** What the readers of the files remarked beyond SQL, of what is judged and of the history. */
  remarks: Remark[];
}

/** Everything that a source found to judge. */
export interface Gathered {
  selections: Selection[];
  problems: LockkeeperProblem[];
}

/** An empty selection of loose SQL. */
export function looseSelection(dialect: Dialect): Selection {
  return { stack: null, dialect, units: [], historyIsComplete: false, migrations: 0, unanalysed: [], places: new Map(), remarks: [] };
}
