import type { Policy } from '../approve/index.js';
import type { Journal } from '../approve/index.js';
import type { Approval, PlanWorld, RunPlan, RunPlanBody } from '../core/run-plan.js';
import type { OpenStack } from './stack-call.js';

/** What surrounds a run. */
export interface RunSurroundings {
  environment: NodeJS.ProcessEnv;
  journal: Journal;
  policy: Policy;
  signal?: AbortSignal;
  progress?: (done: number, total: number, message: string) => void;
}

/** How a run ended, as far as approval cares; the whole report travels along. */
export interface Executed {
  outcome: 'applied' | 'failed' | 'partly' | 'unknown' | 'cancelled';
  /** One sentence for people. */
  says: string;
  next: string | null;
  report: unknown;
}

/** What prepares and runs plans. `run/` is the one that there is; tests of approval count how often it is called. */
export interface Executor {
  prepare(
    input: OpenStack & { variable: string; direction: 'up' | 'down'; count: number; policy: Policy } & Pick<
        RunSurroundings,
        'signal' | 'progress'
      >,
  ): Promise<RunPlanBody>;
  /** What the plan stands on, as it is now. */
  world(plan: RunPlan, surroundings: RunSurroundings): Promise<PlanWorld>;
  execute(plan: RunPlan, approval: Approval, surroundings: RunSurroundings): Promise<Executed>;
}
