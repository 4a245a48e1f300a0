import * as z from 'zod';
import type { RunAnswer } from '../../operations/run-plan.js';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { defineTool, type ToolAnswer, type ToolContext, type ToolQuestion } from '../tool.js';

const inputSchema = z.strictObject({
  planId: z
    .string()
    .optional()
    .describe('A stored plan, to have it approved by a human and run. Without it a plan is made, and nothing is run'),
  project: projectArgument,
  stack: z.string().min(1).optional().describe('To make a plan: id from detect_orm; needed when there are several'),
  database_env: z
    .string()
    .optional()
    .describe('To make a plan: NAME of the environment variable with the address of the target. Never the address itself'),
  direction: z
    .enum(['up', 'down'])
    .optional()
    .describe('To make a plan: "up" applies pending migrations (default), "down" takes the newest back'),
  count: z.number().int().min(1).optional().describe('To make a plan: how many; default: all that are pending, or one that is taken back'),
});

/** Lenient: an answer that did not fit would tell the model that a change failed which was made. */
const outputSchema = z.looseObject({
  status: z
    .string()
    .describe(
      '"approval_required": a human must act, see next; "ready"; "applied"; "declined"; "failed", "partly", "unknown", "cancelled"',
    ),
  planId: z.string(),
});

type Structured = z.infer<typeof outputSchema>;

export default defineTool({
  name: 'run_migration',
  title: 'Run pending migrations that a human approved',
  description: `Without planId: makes a plan of the pending migrations of a stack for one database, and answers with its id; nothing is changed. With planId: \
asks the human, as the policy of the target wants it (a form in the client, a page with a passkey, or a terminal of their own), and then runs exactly the stored \
plan with the project's own tool. It takes no SQL and no confirmation: there is no argument by which a caller can approve. A plan lives some minutes, runs once, \
and is refused when files, schema, history, target or policy changed since. "approval_required" is no failure: tell the human what "next" says, and call again.`,
  inputSchema,
  outputSchema,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  meta: { 'anthropic/requiresUserInteraction': true },
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const { prepareRun } = await import('../../operations/run-plan.js');
    const { planId, stack, direction, count, database_env: variable } = input;
    if (planId !== undefined) return runPlan(planId, workingFolder, context);
    return shown(
      await prepareRun(
        {
          ...(project === undefined ? {} : { project }),
          ...(stack === undefined ? {} : { stack }),
          ...(direction === undefined ? {} : { direction }),
          ...(count === undefined ? {} : { count }),
          ...(variable === undefined ? {} : { databaseVariable: variableName(variable) }),
        },
        { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment },
      ),
    );
  },
});

async function runPlan(planId: string, workingFolder: string, context: ToolContext): Promise<ToolAnswer<Structured> | ToolQuestion> {
  const [{ checkPlan, runApproved, answerOf }, { askHuman }] = await Promise.all([
    import('../../operations/run-plan.js'),
    import('../ask-human.js'),
  ]);
  const surroundings = { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment };
  const { question, approved } = await checkPlan(planId, surroundings);
  if (!approved) {
    const asked = await askHuman(question, context);
    if (asked.kind === 'question') return { question: asked.question };
    if (asked.kind === 'not approved') return shown({ ...answerOf(question.plan), ...asked.answer });
  }
  return shown(await runApproved(planId, surroundings));
}

function shown(answer: RunAnswer | (Omit<RunAnswer, 'status'> & { status: string })): ToolAnswer<Structured> {
  const level = `Level ${answer.level.needed} (${answer.level.name}) stops ${answer.level.stops}. It does not stop ${answer.level.doesNotStop}.`;
  const lines = [`${answer.status}: ${answer.planId}`, answer.says, level, ...(answer.approval === null ? [] : [answer.approval.says])];
  const text = [...lines, ...(answer.next === null ? [] : [`Next: ${answer.next}`])].join('\n');
  return { structured: { ...answer }, text };
}
