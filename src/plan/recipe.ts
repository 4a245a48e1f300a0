import type { ChangeKind, ChangeOf } from '../core/change.js';
import type { PlanChangeKind, PlanChangeOf } from '../core/plan-change.js';
import type { RecipeContext } from './context.js';
import type { Draft } from './draft.js';

/** What an intent says beyond the statement that it stands for. */
export interface Hints {
  /** Value for rows that hold NULL. */
  fill?: string;
  /** Old value of a column whose type changes, from the new one. */
  back?: string;
}

/**
 * The safe way for one change of a statement.
 *
 * @param sql the statement that does this change alone, without a semicolon
 * @throws LockkeeperError BAD_USAGE when what it names is not there
 */
export type ChangeRecipe<Kind extends ChangeKind> = (change: ChangeOf<Kind>, sql: string, context: RecipeContext, hints: Hints) => Draft;

/** The safe way for an intent that is more than one statement. */
export type IntentRecipe<Kind extends PlanChangeKind> = (change: PlanChangeOf<Kind>, context: RecipeContext) => Draft;
