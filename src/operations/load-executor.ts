import type { BackfillOutcome, BackfillReport } from '../core/backfill.js';
import type { RunPlan } from '../core/run-plan.js';
import type { RunOutcome, RunReport } from '../run/outcome.js';
import type { Executed, Executor } from './executor.js';

/** What prepares and runs plans, loaded only when it is needed. */
export async function loadExecutor(): Promise<Executor> {
  const [{ preparePlan }, { readWorld, executePlan, executeRows }] = await Promise.all([import('./prepare-run.js'), import('./run.js')]);
  return {
    prepare: preparePlan,
    world: readWorld,
    execute: async (plan, approval, journal, context) =>
      plan.backfill === undefined
        ? executed(await executePlan(plan, approval, journal, context), plan)
        : filled(await executeRows(plan, approval, journal, context)),
  };
}

/** A run's report in one word. Some done and the rest not is `partly`, whatever stopped it. */
function executed(report: RunReport, plan: RunPlan): Executed {
  const done = report.steps.filter((step) => step.outcome === 'done').length;
  const verb = plan.direction === 'up' ? 'applied' : 'taken back';
  const last = report.steps.at(-1)?.outcome ?? 'cancelled';
  const outcome = report.succeeded ? 'applied' : last === 'unknown' ? 'unknown' : done > 0 ? 'partly' : ofStep[last];
  return { outcome, says: `${done} of ${plan.migrations.length} migrations ${verb}.`, next: report.next, report };
}

const ofStep: Record<RunOutcome, Executed['outcome']> = {
  done: 'partly',
  'done-with-complaint': 'unknown',
  failed: 'failed',
  'gave-way': 'failed',
  cancelled: 'cancelled',
  partly: 'partly',
  nothing: 'failed',
  unknown: 'unknown',
};

/** A backfill's report in one word. */
function filled(report: BackfillReport): Executed {
  const word = ofBackfill[report.outcome];
  const outcome = word === 'partly' && report.batches === 0 ? 'failed' : word;
  return { outcome, says: report.says, next: report.next, report };
}

const ofBackfill: Record<BackfillOutcome, Executed['outcome']> = {
  done: 'applied',
  unchecked: 'unknown',
  left: 'partly',
  cancelled: 'cancelled',
  'paused-too-long': 'partly',
  'gave-way': 'partly',
  failed: 'partly',
};
