/** Runs a backfill whose approval was claimed, under lockkeeper's lock, on what it was approved for. */
import { type Policy, refuseStale } from '../../approve/index.js';
import type { BackfillReport, PlannedBackfill } from '../../core/backfill.js';
import { LockkeeperError } from '../../core/errors.js';
import type { Approval, RunPlan } from '../../core/run-plan.js';
import type { RunJournal } from '../execute.js';
import { withRunLock } from '../lock.js';
import { type BackfillInput, runBackfill } from './backfill.js';
import { ProgressRecord } from './record.js';
import { surveyTarget } from './world.js';

export interface ExecuteBackfillContext {
  environment: NodeJS.ProcessEnv;
  policy: Policy;
  journal: RunJournal;
  /** Absolute path of the state folder, for the record of how far it is. */
  state: string;
  progress?: NonNullable<BackfillInput['progress']>;
  signal?: AbortSignal;
}

/**
 * Executes the backfill of a plan.
 *
 * @throws LockkeeperError PLAN_STALE, APPROVAL_INVALID, HISTORY_BLOCKED, JOURNAL_BROKEN, DATABASE_UNREACHABLE; then nothing ran
 */
export async function executeBackfill(plan: RunPlan, approval: Approval, context: ExecuteBackfillContext): Promise<BackfillReport> {
  if (approval.planHash !== plan.hash || approval.planId !== plan.id) {
    throw new LockkeeperError('APPROVAL_INVALID', 'The approval is for another plan.', 'Nothing was run. Have this plan approved.');
  }
  const backfill = plan.backfill as PlannedBackfill;
  const { variable, systemIdentifier, database, class: targetClass } = plan.target;
  const text = context.environment[variable] ?? '';
  const told = {
    planId: plan.id,
    planHash: plan.hash,
    policyHash: plan.policyHash,
    target: { systemIdentifier, database, class: targetClass },
    migration: plan.migrations[0]?.name ?? '',
  };
  return withRunLock(text, variable, async () => {
    refuseStale(plan, (await surveyTarget(variable, context.environment, context.policy)).world);
    const statement = plan.migrations[0]?.statements[0];
    await context.journal.append({
      kind: 'started',
      ...told,
      says: 'a backfill',
      ...(statement ? { sql: statement.sql, fingerprint: statement.fingerprint } : {}),
    });
    const report = await runBackfill({
      text,
      variable,
      ...backfill,
      record: new ProgressRecord(context.state, { systemIdentifier, database, spec: backfill.spec }),
      ...(context.progress ? { progress: context.progress } : {}),
      ...(context.signal ? { signal: context.signal } : {}),
    }).catch(async (error: unknown) => {
      await context.journal.append({
        kind: 'outcome',
        ...told,
        result: 'failed',
        says: error instanceof LockkeeperError ? error.message : 'an internal error',
      });
      throw error;
    });
    await context.journal.append({ kind: 'outcome', ...told, result: report.outcome, tookMs: report.tookMs, says: report.says });
    return report;
  });
}
