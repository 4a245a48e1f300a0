import * as z from 'zod';
import { runAnswerSchema, runPlan, shownRun } from '../run-answer.js';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { defineTool } from '../tool.js';

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
  backup: z
    .boolean()
    .optional()
    .describe(
      'To make a plan that loses data: copy what is lost into a private file and prove the copy; a small database is copied anyway',
    ),
});

export default defineTool({
  name: 'run_migration',
  title: 'Run pending migrations that a human approved',
  description: `Without planId: makes a plan of the pending migrations of a stack for one database, and answers with its id; nothing is changed. With planId: \
asks the human, as the policy of the target wants it (a form in the client, a page with a passkey, or a terminal of their own), and then runs exactly the stored \
plan with the project's own tool. It takes no SQL and no confirmation: there is no argument by which a caller can approve. A plan lives some minutes, runs once, \
and is refused when files, schema, history, target or policy changed since. "approval_required" is no failure: tell the human what "next" says, and call again.`,
  inputSchema,
  outputSchema: runAnswerSchema,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  meta: { 'anthropic/requiresUserInteraction': true },
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const { prepareRun } = await import('../../operations/run-plan.js');
    const { planId, stack, direction, count, backup, database_env: variable } = input;
    if (planId !== undefined) return runPlan(planId, workingFolder, context);
    return shownRun(
      await prepareRun(
        {
          ...(project === undefined ? {} : { project }),
          ...(stack === undefined ? {} : { stack }),
          ...(direction === undefined ? {} : { direction }),
          ...(count === undefined ? {} : { count }),
          ...(backup === undefined ? {} : { backup }),
          ...(variable === undefined ? {} : { databaseVariable: variableName(variable) }),
        },
        { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment },
      ),
    );
  },
});
