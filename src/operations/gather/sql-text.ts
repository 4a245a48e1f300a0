import type { AnalysisUnit } from '../../sql/analysis.js';
import type { AssessInput } from '../assess-input.js';
import { ProjectStacks } from './project-stacks.js';
import { notJudged } from './rendering.js';
import { looseSelection, type Gathered } from './selection.js';
import { selectRendered } from './render-stack.js';
import type { UnitOptions } from './units.js';

/** SQL that came as text: judged on its own, or as the next migration of a stack. */
export async function gatherText(sql: string, input: AssessInput, root: string, options: UnitOptions): Promise<Gathered> {
  if (input.stack === undefined) {
    const selection = looseSelection(options.dialect ?? 'postgres');
    selection.migrations = 1;
    if (selection.dialect === 'postgres') selection.units.push(textUnit(sql, options));
    else selection.unanalysed.push(notJudged(selection.dialect, null, null));
    return { selections: [selection], problems: [] };
  }
  const stacks = await ProjectStacks.open(root);
  const stack = stacks.choose(input.stack);
  const { migrations, problems } = await stacks.list(stack);
  const last = migrations.at(-1);
  // Everything is history: the last migration is selected and then demoted, so that one place builds histories.
  const { selection, problems: rendering } = await selectRendered(stacks, stack, migrations, new Set(last ? [last.name] : []), {
    ...options,
    includeDown: false,
  });
  selection.units = selection.units.filter((unit) => options.withHistory || !unit.judged).map((unit) => ({ ...unit, judged: false }));
  selection.unanalysed = [];
  selection.migrations = 1;
  if (selection.dialect === 'postgres')
    selection.units.push({ ...textUnit(sql, options), transactionMode: options.transaction ?? stack.transactionMode });
  else selection.unanalysed.push(notJudged(selection.dialect, null, null));
  return { selections: [selection], problems: [...stacks.problems, ...stack.problems, ...problems, ...rendering] };
}

/**
 * One loose script. Without a runner nobody knows the transaction around it: `automatic` assumes one, unless the script
 * begins with a statement that could not run in it.
 */
export function textUnit(sql: string, options: UnitOptions, file: string | null = null): AnalysisUnit {
  return { migration: null, file, firstLine: 1, sql, direction: 'up', transactionMode: options.transaction ?? 'automatic', judged: true };
}
