import { safeJson } from '../../../src/core/sanitise.js';
import { auditLines } from '../../../src/operations/audit.js';
import type { OperationContext } from '../../../src/operations/context.js';
import type { RunAnswer } from '../../../src/operations/run-plan.js';
import { journalText } from '../../../src/report/journal-text.js';
import { runAnswerText } from '../../../src/report/run-answer-text.js';

/** Everything that people and models are shown of a run. */
export async function renderedAnswer(answer: RunAnswer, context: OperationContext): Promise<string> {
  const lines = await auditLines({ planId: answer.planId }, context);
  return [runAnswerText(answer), safeJson(answer), journalText(lines)].join('\n');
}
