/** Scripts of migrations, read with every guard. */
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import type { Script } from '../core/stack.js';
import type { Repository } from './repository.js';

/**
 * A whole file as a script.
 *
 * @param problems takes what kept the file from being read
 * @returns null when it cannot be read
 */
export function wholeFile(repository: Repository, file: string, problems: LockkeeperProblem[]): Script | null {
  try {
    return { file, line: 1, sql: repository.read(file) };
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
    problems.push(error.problem);
    return null;
  }
}
