import type { LockkeeperProblem } from '../core/errors.js';
import { waitingPhases } from '../plan/store.js';
import type { OperationContext } from './context.js';

/** Plans of a project that were begun and wait for a deploy or for their next phase, as remarks. */
export async function waitingRemarks(root: string, context: OperationContext): Promise<LockkeeperProblem[]> {
  const waiting = await waitingPhases(root, context.environment ?? process.env);
  return waiting.map((each) => ({
    code: 'CONTRACT_WAITS',
    message: each.says,
    next: `Once the deploy is out everywhere: lockkeeper plan --write ${each.plan} --phase ${each.phase}.`,
  }));
}
