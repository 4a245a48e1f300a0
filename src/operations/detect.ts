import type { LockkeeperProblem } from '../core/errors.js';
import type { Stack } from '../core/stack.js';
import { detectStacks } from '../orms/index.js';
import { type OperationContext, openProject, stopWhenCancelled } from './context.js';

export interface Detection {
  stacks: Stack[];
  /** Problems that belong to no stack: links that lead out, folders that cannot be read. */
  problems: LockkeeperProblem[];
}

/**
 * Finds every migration tool of a project by reading its files. Runs nothing.
 *
 * @throws LockkeeperError PATH_NOT_FOUND
 */
export async function detect(input: { project?: string }, context: OperationContext): Promise<Detection> {
  const root = await openProject(input.project, context);
  stopWhenCancelled(context);
  const { stacks, problems } = await detectStacks(root);
  return { stacks, problems };
}
