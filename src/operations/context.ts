import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import type { Judge } from '../rules/judge.js';

/** What surrounds a call of an operation: the same for the command line, the MCP server and the tests. */
export interface OperationContext {
  /** Relative paths start here; it is the project when the input names none. */
  workingFolder: string;
  signal?: AbortSignal;
  progress?: (done: number, total: number, message: string) => void;
  environment?: NodeJS.ProcessEnv;
  /** Only tests set these. */
  now?: () => Date;
  loadJudge?: () => Promise<Judge>;
}

/**
 * Absolute real path of the project.
 *
 * @throws LockkeeperError PATH_NOT_FOUND when it is missing or no folder
 */
export async function openProject(project: string | undefined, context: OperationContext): Promise<string> {
  const shown = project ?? '.';
  const root = await realpath(resolve(context.workingFolder, shown)).catch(() => null);
  const entry = root === null ? null : await stat(root).catch(() => null);
  if (root === null || entry === null) {
    throw new LockkeeperError('PATH_NOT_FOUND', `There is no folder ${shown}.`, 'Give the path of the folder that holds the project.');
  }
  if (!entry.isDirectory()) {
    throw new LockkeeperError('PATH_NOT_FOUND', `${shown} is a file, not a folder.`, 'Give the path of the folder that holds the project.');
  }
  return root;
}

/** Stops an operation that was called off. */
export function stopWhenCancelled(context: OperationContext): void {
  if (context.signal?.aborted) throw new LockkeeperError('CANCELLED', 'The call was cancelled.', 'Call again when you need the answer.');
}
