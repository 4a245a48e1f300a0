import { LockkeeperError } from '../core/errors.js';
import type { Executor } from './executor.js';

/** What prepares and runs plans, loaded only when it is needed. */
export async function loadExecutor(): Promise<Executor> {
  throw new LockkeeperError('NOT_OFFERED', 'This build cannot run plans.', 'Use a build with the executor.');
}
