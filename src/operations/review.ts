import type { Assessment } from '../core/assessment.js';
import { assess } from './assess.js';
import type { AssessInput } from './assess-input.js';
import { type OperationContext, openProject } from './context.js';
import { defaultBase } from './gather/git.js';
import { waitingRemarks } from './waiting.js';

/** Like an assessment, without the sources that a branch replaces. */
export type ReviewInput = Omit<AssessInput, 'sql' | 'files' | 'migrations' | 'pending' | 'applied'>;

/**
 * Judges what a branch adds, in every stack of the project.
 *
 * @param input `base` is the main branch when it is absent
 * @throws LockkeeperError as `assess`, and GIT_FAILED
 */
export async function review(input: ReviewInput, context: OperationContext): Promise<Assessment> {
  const root = await openProject(input.project, context);
  const base = input.base ?? (await defaultBase(root, context.signal));
  const assessment = await assess({ ...input, base }, context);
  return { ...assessment, problems: [...assessment.problems, ...(await waitingRemarks(root, context))] };
}
