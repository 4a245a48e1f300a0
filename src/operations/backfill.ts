/** A backfill of a safe plan: made into a run that is approved like any other, or run at once on a throw-away database. */
import type { BackfillReport } from '../core/backfill.js';
import { LockkeeperError } from '../core/errors.js';
import type { PlanStep, SafePlan } from '../core/plan.js';
import { openProject, type OperationContext } from './context.js';
import { keptPlan } from './kept-plan.js';
import type { RunAnswer } from './run-plan.js';

export interface BackfillRequest {
  project?: string;
  /** Id of the safe plan. */
  plan: string;
  /** Id of its step; the only backfill of the plan when absent. */
  step?: string;
  /** Name of the environment variable with the target's address. */
  databaseVariable: string;
}

/**
 * Makes the run of a backfill and stores it for its approval. Looks at the target and changes nothing there.
 *
 * @throws LockkeeperError BAD_USAGE, CONTRACT_WAITS when a step before it is not done, TARGET_NOT_ALLOWED, and as `connect`
 */
export async function prepareBackfill(request: BackfillRequest, context: OperationContext): Promise<RunAnswer> {
  const root = await openProject(request.project, context);
  const [{ openStore }, { preparedBackfill }, { storePlan }] = await Promise.all([
    import('./run-plan-store.js'),
    import('./prepare-backfill.js'),
    import('./run-plan.js'),
  ]);
  const { state, policy, environment } = await openStore(root, context);
  const chosen = await chosenStep(request, environment);
  const body = await preparedBackfill({ ...chosen, variable: request.databaseVariable, root, policy }, context);
  return storePlan(state, body, policy);
}

/**
 * Runs a backfill at once on a database that the caller says may be lost.
 *
 * @throws LockkeeperError NOT_THROWAWAY when it was not marked or is in use, CONTRACT_WAITS, and as `connect`
 */
export async function backfillThrowAway(
  request: BackfillRequest & { throwAway: boolean },
  context: OperationContext,
): Promise<BackfillReport> {
  const { notMarked, refuseIfInUse } = await import('../run/guard.js');
  if (!request.throwAway) throw notMarked();
  const root = await openProject(request.project, context);
  const { openStore } = await import('./run-plan-store.js');
  const { state, environment, policy } = await openStore(root, context);
  const { step, before } = await chosenStep(request, environment);
  const variable = request.databaseVariable;
  await refuseIfInUse({ variable, environment });
  const [{ withRunLock }, { runBackfill }, { ProgressRecord }, { surveyTarget }, { backfillPreflight }, { defaultBackfillLimits }] =
    await Promise.all([
      import('../run/lock.js'),
      import('../run/backfill/backfill.js'),
      import('../run/backfill/record.js'),
      import('../run/backfill/world.js'),
      import('../run/backfill/preflight.js'),
      import('../run/backfill/limits.js'),
    ]);
  const { spec, check } = step;
  await backfillPreflight({ variable, environment, spec, limits: defaultBackfillLimits }, before);
  const { systemIdentifier, database } = (await surveyTarget(variable, environment, policy)).world.target;
  const text = environment[variable] ?? '';
  return withRunLock(text, variable, () =>
    runBackfill({
      text,
      variable,
      spec,
      check,
      limits: defaultBackfillLimits,
      record: new ProgressRecord(state.folder, { systemIdentifier, database, spec }),
      ...(context.progress ? { progress: context.progress } : {}),
      ...(context.signal ? { signal: context.signal } : {}),
    }),
  );
}

/** A step that is a backfill, and what comes before it. */
export interface ChosenStep {
  plan: SafePlan;
  step: PlanStep & { spec: NonNullable<PlanStep['backfill']> };
  before: PlanStep[];
}

async function chosenStep({ plan: id, step: wanted }: BackfillRequest, environment: NodeJS.ProcessEnv): Promise<ChosenStep> {
  const plan = await keptPlan(id, environment);
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const backfills = steps.filter((step) => step.backfill !== null);
  const found = wanted === undefined && backfills.length === 1 ? backfills[0] : backfills.find((step) => step.id === wanted);
  if (found?.backfill == null) {
    const ids = backfills.map((step) => step.id).join(', ');
    throw new LockkeeperError(
      'BAD_USAGE',
      wanted === undefined ? `${id} has ${backfills.length} backfills.` : `Step ${wanted.slice(0, 20)} of ${id} is no backfill.`,
      ids === '' ? 'There is nothing to fill in this plan.' : `Name one of its backfills: ${ids}.`,
    );
  }
  return { plan, step: { ...found, spec: found.backfill }, before: steps.slice(0, steps.indexOf(found)) };
}
