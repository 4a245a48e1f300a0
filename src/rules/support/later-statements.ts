import type { Change } from '../../core/change.js';
import type { RuleContext } from '../rule.js';

/** How far a rule looks ahead in one unit. */
export const statementsAhead = 199;

type Statement = RuleContext['unitStatements'][number];

const indexes = new WeakMap<readonly Statement[], Map<string, number[]>>();

/** Statements of the same unit after this one, among the next 199, with a change that is about the relation. */
export function laterAbout(context: RuleContext, relation: string): Statement[] {
  const { unitStatements: statements, position } = context;
  const last = position + statementsAhead;
  return (indexOf(statements).get(relation) ?? []).filter((at) => at > position && at <= last).map((at) => statements[at]!);
}

/** Changes of the same and later statements that are about the relation: of this unit, and of later ones whose text names it. */
export function* laterChanges(context: RuleContext, relation: string): Generator<Change> {
  for (const { changes } of laterAbout(context, relation)) yield* changes;
  for (const { changes } of context.laterUnits(relation)) yield* changes;
}

/** The relation that a change is about, where it is about one. */
function relationOf(change: Change): string | null {
  if (change.kind === 'createIndex') return change.index.table;
  if (change.kind === 'createView') return change.view;
  return 'table' in change ? change.table : null;
}

/** Positions of statements by relation, made once for each unit. */
function indexOf(statements: readonly Statement[]): Map<string, number[]> {
  let index = indexes.get(statements);
  if (!index) {
    index = new Map();
    indexes.set(statements, index);
    for (const [position, { changes }] of statements.entries()) {
      for (const change of changes) {
        const relation = relationOf(change);
        if (relation === null) continue;
        const positions = index.get(relation);
        if (!positions) index.set(relation, [position]);
        else if (positions.at(-1) !== position) positions.push(position);
      }
    }
  }
  return index;
}
