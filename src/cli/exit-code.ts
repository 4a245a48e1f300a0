import type { Assessment } from '../core/assessment.js';
import type { ProblemCode } from '../core/errors.js';
import type { FailOn } from '../operations/config.js';
import { atLeast } from '../operations/verdict.js';

/** What the program's exit codes mean. */
export const exitCodes = { fine: 0, findings: 1, badInput: 2, notJudged: 3, refused: 4, internal: 2 } as const;

/** Problems that mean: something that was named could not be read. */
const unreadable: ReadonlySet<ProblemCode> = new Set([
  'BAD_USAGE',
  'PATH_NOT_FOUND',
  'PATH_OUTSIDE_PROJECT',
  'NOT_TEXT',
  'FILE_TOO_LARGE',
  'UNREADABLE',
]);

/** Problems that mean: lockkeeper's policy keeps it from being done. */
export const refused: ReadonlySet<ProblemCode> = new Set([
  'NOT_THROWAWAY',
  'TARGET_NOT_ADDRESSABLE',
  'HISTORY_BLOCKED',
  'STILL_USED',
  'PLAN_STALE',
  'PLAN_ALTERED',
  'APPROVAL_REQUIRED',
  'APPROVAL_INVALID',
  'DECLINED',
  'ALREADY_CONSUMED',
  'TARGET_NOT_ALLOWED',
  'STORE_UNSAFE',
  'JOURNAL_BROKEN',
  'STILL_USED',
]);

/** Exit code of an assessment. Findings win over everything: they are known, the rest is not. */
export function assessmentExitCode(assessment: Assessment, failOn: FailOn): number {
  if (failOn !== 'never' && assessment.findings.some((finding) => atLeast(finding.severity, failOn))) return exitCodes.findings;
  if (assessment.problems.some((problem) => unreadable.has(problem.code))) return exitCodes.badInput;
  return assessment.coverage.unanalysed.length > 0 ? exitCodes.notJudged : exitCodes.fine;
}
