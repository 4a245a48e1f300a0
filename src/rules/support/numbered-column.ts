import type { ChangeOf } from '../../core/change.js';
import type { RuleContext, Violation } from '../rule.js';
import { addColumnInSteps } from './add-column-in-steps.js';
import { shown } from './names.js';
import { script } from './script.js';

/** A column that numbers the rows that are there, serial or identity; null where that rewrites nothing. */
export function numberedColumn(change: ChangeOf<'addColumn'>, context: RuleContext): Violation | null {
  if (context.effects.rewrites.length === 0) return null;
  return {
    relation: change.table,
    why: `Every read and write of ${shown(change.table)} waits until each of its rows has a number in ${change.definition.name} and the table is written anew.`,
    fix: {
      summary: 'Add a plain column and a sequence of its own, default to it for new rows, then number old rows in batches.',
      sql: script(addColumnInSteps(change, context)),
    },
  };
}
