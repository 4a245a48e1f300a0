/** Runs a plan whose approval was claimed, and reads what it stands on. */
import type { Policy } from '../approve/index.js';
import type { BackfillReport } from '../core/backfill.js';
import type { Approval, PlanWorld, RunPlan } from '../core/run-plan.js';
import type { RunJournal } from '../run/execute.js';
import type { RunReport } from '../run/outcome.js';
import type { Ground } from '../run/world.js';
import type { OperationContext } from './context.js';
import { openStack } from './stack-call.js';

export interface ExecutionContext extends OperationContext {
  policy: Policy;
}

/** What a plan stands on, as the target and the files are now. Throws as `openStack` and `connect`. */
export async function readWorld(plan: RunPlan, context: ExecutionContext): Promise<PlanWorld> {
  if (plan.backfill !== undefined) {
    const { surveyTarget } = await import('../run/backfill/world.js');
    return (await surveyTarget(plan.target.variable, context.environment ?? process.env, context.policy)).world;
  }
  const { survey } = await import('../run/world.js');
  const files = plan.migrations.flatMap((each) => each.files.map(({ path }) => path));
  return (await survey(await groundOf(plan, context), files)).world;
}

/** Executes a plan with the project's own tool. Throws as `execute` of `run/`. */
export async function executePlan(plan: RunPlan, approval: Approval, journal: RunJournal, context: ExecutionContext): Promise<RunReport> {
  const { execute } = await import('../run/execute.js');
  const ground = await groundOf(plan, context);
  return execute(plan, approval, { ...ground, journal, ...(context.progress ? { progress: context.progress } : {}) });
}

/** Runs the backfill of a plan. Throws as `executeBackfill` of `run/`. */
export async function executeRows(
  plan: RunPlan,
  approval: Approval,
  journal: RunJournal,
  context: ExecutionContext,
): Promise<BackfillReport> {
  const [{ executeBackfill }, { openStore }] = await Promise.all([import('../run/backfill/execute.js'), import('./run-plan-store.js')]);
  const { state, environment } = await openStore(plan.project, context);
  return executeBackfill(plan, approval, {
    environment,
    policy: context.policy,
    journal,
    state: state.folder,
    ...(context.progress ? { progress: context.progress } : {}),
    ...(context.signal ? { signal: context.signal } : {}),
  });
}

async function groundOf(plan: RunPlan, context: ExecutionContext): Promise<Ground> {
  const { tool, call } = await openStack({ project: plan.project, stack: plan.stack.id }, context);
  return { tool, call, variable: plan.target.variable, policy: context.policy };
}
