import type { Change, ChangeKind, ChangeOf } from '../core/change.js';
import type { Facts, TableFacts } from '../core/facts.js';
import type { Evidence, Need, Severity } from '../core/finding.js';
import type { TransactionMode } from '../core/stack.js';
import type { AnalysedStatement, AnalysisUnit, ChangeEffects, SessionState, TransactionState } from '../sql/analysis.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import type { Relation } from '../sql/catalog/types.js';

export type Category =
  | 'lock'
  | 'rewrite'
  | 'scan'
  | 'indexBuild'
  | 'fanOut'
  | 'error'
  | 'destructive'
  | 'data'
  | 'compatibility'
  | 'correctness'
  | 'rows'
  | 'performance'
  | 'security'
  | 'privilege'
  | 'process'
  | 'coverage'
  | 'design'
  | 'style'
  | 'information';

/** A piece of SQL that shows a rule at work; run on real servers by the oracle test. */
export interface Example {
  /** One migration file. The violation is expected on any of its statements (`bad`) or on none (`good`). */
  sql: string;
  /** Schema before, beside the rule's own `setup`. */
  setup?: string;
  /** Default `per-file`. */
  transaction?: TransactionMode;
  /** Major versions on which the example holds; default all of 14 to 18. */
  versions?: [number, number];
  /** Later files of the same plan, for rules on several migrations. */
  next?: { sql: string; transaction?: TransactionMode }[];
  /** Facts of the target that the example needs. */
  facts?: Partial<Facts>;
  /** SQLSTATE with which the server refuses it. */
  fails?: string;
  /** True when it cannot be run on a throw-away server (superuser shell, tablespaces); say why in `unrunnable`. */
  unrunnable?: string;
  /** SQL that puts rows in place, e.g. to show data that fails. Run after `setup`. */
  rows?: string;
}

/** What a rule answers. Texts speak of the reader's traffic. */
export interface Violation {
  /** What the reader's traffic will feel, with the names of the tables. */
  why: string;
  /** The corrected migration. `sql` is executed in the tests, statement by statement, after the rule's `setup`. */
  fix: { summary: string; sql: string | null };
  title?: string;
  severity?: Severity;
  /** Relation whose users feel it: the violation is dropped when that relation is made by the same plan, or known to be small. */
  relation?: string;
  needs?: Need[];
  evidence?: Evidence[];
  destructive?: boolean;
}

/** Everything that a rule may look at. The catalog is as it was before the statement. */
export interface RuleContext {
  statement: AnalysedStatement;
  change: Change;
  /** Effects of this change alone. */
  effects: ChangeEffects;
  catalog: Catalog;
  transaction: TransactionState;
  session: SessionState;
  /** Major version of the server. */
  version: number;
  facts: Facts | null;
  /** Relation as it was before the statement, by qualified name. */
  relation(name: string): Relation | undefined;
  /** True when the relation was made by the plan under judgement: nobody uses it yet. */
  isNew(name: string): boolean;
  tableFacts(name: string): TableFacts | undefined;
  /** Statements of the same unit that come before and after; both already parsed into changes. */
  before: readonly AnalysedStatement[];
  after: readonly { sql: string; changes: Change[] }[];
  /** All statements of the unit, and which of them this is: `laterAbout` finds those on one relation without looking at all. */
  unitStatements: readonly { sql: string; changes: Change[] }[];
  position: number;
  /** Units of the whole plan that come after this one, parsed on demand; with a name only those whose text may mention it. */
  laterUnits(mentioning?: string): readonly { unit: AnalysisUnit; changes: Change[] }[];
}

export interface Rule<Kind extends ChangeKind = ChangeKind> {
  category: Category;
  severity: Severity;
  /** One line, without a full stop. */
  title: string;
  /** Why it matters in general, for the catalogue. */
  why: string;
  /** Where the knowledge comes from: `measured` (oracle), or a page of PostgreSQL's documentation. */
  source: string;
  /** Not reported unless the configuration switches it on: style, design, information. */
  quiet?: boolean;
  /** Lowered to `low` when the violation's relation is known to be small; needs `tableSize` when its size is unknown. */
  sizeMatters?: boolean;
  /** Also reported on relations that the plan itself made. */
  evenWhenNew?: boolean;
  /** Also looks at down scripts. Default true. */
  onDown?: boolean;
  /** Ids of rules whose violation of the same statement and relation says less than this one's. */
  supersedes?: string[];
  /** Facts that it would like. */
  needs?: Need[];
  /** Kinds of changes that it looks at. */
  on: readonly Kind[];
  check(change: ChangeOf<Kind>, context: RuleContext): Violation | Violation[] | null;
  /** Schema that the examples start from. */
  setup?: string;
  bad: Example[];
  good: Example[];
}

/** Names a rule with the kinds of change that it looks at, so that `check` sees their fields. */
export function defineRule<const Kind extends ChangeKind>(rule: Rule<Kind>): Rule<Kind> {
  return rule;
}
