import type { SafePlan } from '../core/plan.js';
import { loadPlan } from '../plan/store.js';

/** A plan that was made before, whole. @throws LockkeeperError BAD_USAGE when there is none of that id */
export async function keptPlan(id: string, environment: NodeJS.ProcessEnv): Promise<SafePlan> {
  return (await loadPlan(id, environment)).plan;
}
