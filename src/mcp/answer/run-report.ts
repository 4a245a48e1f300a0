import type { RunAnswer } from '../../operations/run-plan.js';
import { details, shown } from './detail.js';

/** Steps that an answer carries; the last ones, since the run stops at the first that is not done. */
const mostSteps = 10;

/** A run's report, small enough for an answer: what became of each migration, and what stood in its way. */
export function shortReport(report: RunAnswer['report']): Record<string, unknown> | null {
  if (report === null) return null;
  // A backfill's is small as it is.
  if ('batches' in report) return { ...report };
  const { sentence, innerList } = details.concise;
  const list = (texts: readonly string[]): string[] => texts.slice(0, innerList).map((text) => shown(text, sentence));
  return {
    succeeded: report.succeeded,
    stepsInAll: report.steps.length,
    steps: report.steps.slice(-mostSteps).map((step) => ({
      migration: shown(step.migration, sentence),
      outcome: step.outcome,
      attempts: step.attempts,
      error: step.error === null ? null : { sqlState: step.error.sqlState, message: shown(step.error.message, sentence) },
      notes: list(step.notes),
      schemaChanges: list(step.schemaChanges),
      leftInvalid: list(step.leftInvalid),
      refused: list(step.refused),
    })),
  };
}
