/** What the tools that run a stored plan have in common: they differ in how a plan is made. */
import * as z from 'zod';
import type { RunAnswer } from '../operations/run-plan.js';
import { shortReport } from './answer/run-report.js';
import type { ToolAnswer, ToolContext, ToolQuestion } from './tool.js';

/** Lenient: an answer that did not fit would tell the model that a change failed which was made. */
export const runAnswerSchema = z.looseObject({
  status: z
    .string()
    .describe(
      '"approval_required": a human must act, see next; "ready"; "applied"; "declined"; "failed", "partly", "unknown", "cancelled"',
    ),
  planId: z.string(),
});

type Structured = z.infer<typeof runAnswerSchema>;

/** Has a stored plan approved as far as the client can be asked, and runs it. Throws as `checkPlan` and `runApproved`. */
export async function runPlan(planId: string, workingFolder: string, context: ToolContext): Promise<ToolAnswer<Structured> | ToolQuestion> {
  const [{ checkPlan, cutOffAnswer, runApproved, answerOf }, { askHuman }] = await Promise.all([
    import('../operations/run-plan.js'),
    import('./ask-human.js'),
  ]);
  const surroundings = { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment };
  const cutOff = await cutOffAnswer(planId, surroundings);
  if (cutOff !== null) return shownRun(cutOff);
  const { question, approved } = await checkPlan(planId, surroundings);
  if (!approved) {
    const asked = await askHuman(question, context);
    if (asked.kind === 'question') return { question: asked.question };
    if (asked.kind === 'not approved') return shownRun({ ...answerOf(question.plan), ...asked.answer });
  }
  return shownRun(await runApproved(planId, surroundings));
}

/** The answer of a plan or its run, and the same for people. */
export function shownRun(answer: RunAnswer | (Omit<RunAnswer, 'status'> & { status: string })): ToolAnswer<Structured> {
  const level = `Level ${answer.level.needed} (${answer.level.name}) stops ${answer.level.stops}. It does not stop ${answer.level.doesNotStop}.`;
  const lines = [`${answer.status}: ${answer.planId}`, answer.says, level, ...(answer.approval === null ? [] : [answer.approval.says])];
  const text = [...lines, ...(answer.next === null ? [] : [`Next: ${answer.next}`])].join('\n');
  return { structured: { ...answer, migrations: answer.migrations.slice(0, 20), report: shortReport(answer.report) }, text };
}
