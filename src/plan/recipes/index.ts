import type { Change, ChangeKind } from '../../core/change.js';
import type { PlanChange, PlanChangeKind } from '../../core/plan-change.js';
import type { RecipeContext } from '../context.js';
import type { Draft } from '../draft.js';
import type { ChangeRecipe, Hints, IntentRecipe } from '../recipe.js';
import { addColumn } from './add-column.js';
import { addConstraint } from './add-constraint.js';
import { changeType } from './change-type.js';
import { dropColumn } from './drop-column.js';
import { createIndex, dropIndex, renameIndex } from './indexes.js';
import { alterSequence, createExtension, detachPartition, dropConstraint, enableRowSecurity } from './others.js';
import { partitionTable } from './partition-table.js';
import { renameColumn } from './rename-column.js';
import { dropTable, renameTable, setSchema } from './rename-table.js';
import { backfill, deleteRows } from './rows.js';
import { dropDefault, dropNotNull, setDefault, setNotNull } from './set-not-null.js';
import { splitTable } from './split-table.js';
import { changeView, setTrigger } from './table-code.js';
import { addEnumValue, removeEnumValue, renameEnumValue } from './types.js';

type ChangeRecipes = { [Kind in ChangeKind]?: ChangeRecipe<Kind> };
type IntentRecipes = { [Kind in PlanChangeKind]?: IntentRecipe<Kind> };

/** Recipes for single changes of statements. */
const changeRecipes: ChangeRecipes = {
  addColumn,
  dropColumn,
  renameColumn,
  alterColumnType: changeType,
  setNotNull,
  dropNotNull,
  setDefault,
  dropDefault,
  createIndex,
  dropIndex,
  renameIndex,
  addConstraint,
  dropConstraint,
  renameTable,
  dropTable,
  addEnumValue,
  detachPartition,
  createExtension,
  alterSequence,
};

/** Recipes for intents that are more than one statement. */
const intentRecipes: IntentRecipes = {
  renameEnumValue,
  removeEnumValue,
  splitTable,
  partitionTable,
  setTrigger,
  changeView,
  enableRowSecurity,
  backfill,
  deleteRows,
};

/** The way for one change of a statement; null when there is no recipe for its kind. */
export function recipeForChange(change: Change, sql: string, context: RecipeContext, hints: Hints): Draft | null {
  if (change.kind === 'setSchema') return setSchema(change, sql, context);
  const recipe = changeRecipes[change.kind] as ((change: Change, sql: string, context: RecipeContext, hints: Hints) => Draft) | undefined;
  return recipe?.(change, sql, context, hints) ?? null;
}

/** The way for an intent of its own; null when it is one statement. */
export function recipeForIntent(change: PlanChange, context: RecipeContext): Draft | null {
  const recipe = intentRecipes[change.kind] as ((change: PlanChange, context: RecipeContext) => Draft) | undefined;
  return recipe?.(change, context) ?? null;
}
