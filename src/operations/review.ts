import type { Assessment } from '../core/assessment.js';
import { assess } from './assess.js';
import type { AssessInput } from './assess-input.js';
import { type OperationContext, openProject } from './context.js';
import { defaultBase } from './gather/git.js';

/** Like an assessment, without the sources that a branch replaces. */
export type ReviewInput = Omit<AssessInput, 'sql' | 'files' | 'migrations' | 'pending' | 'applied'>;

/**
 * Judges what a branch adds, in every stack of the project.
 *
 * @param input `base` is the main branch when it is absent
 * @throws LockkeeperError as `assess`, and GIT_FAILED
 */
export async function review(input: ReviewInput, context: OperationContext): Promise<Assessment> {
  const base = input.base ?? (await defaultBase(await openProject(input.project, context), context.signal));
  return assess({ ...input, base }, context);
}
