import type { Journal, Policy } from '../approve/index.js';
import type { BackfillReport } from '../core/backfill.js';
import type { Approval, PlanWorld, RunPlan, RunPlanBody } from '../core/run-plan.js';
import type { RunReport } from '../run/outcome.js';
import type { OperationContext } from './context.js';
import type { PrepareInput } from './prepare-run.js';

/** What surrounds a run: the policy tells what its target is. */
export interface RunSurroundings extends OperationContext {
  policy: Policy;
}

/** How a run ended, as far as approval cares; the whole report travels along. */
export interface Executed {
  outcome: 'applied' | 'failed' | 'partly' | 'unknown' | 'cancelled';
  /** One sentence for people. */
  says: string;
  next: string | null;
  report: RunReport | BackfillReport | null;
}

/** What prepares and runs plans. Tests of approval put one in its place that counts how often it is called. */
export interface Executor {
  prepare(input: PrepareInput, context: OperationContext): Promise<RunPlanBody>;
  /** What the plan stands on, as it is now. */
  world(plan: RunPlan, context: RunSurroundings): Promise<PlanWorld>;
  execute(plan: RunPlan, approval: Approval, journal: Journal, context: RunSurroundings): Promise<Executed>;
}
