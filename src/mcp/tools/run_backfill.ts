import * as z from 'zod';
import { LockkeeperError } from '../../core/errors.js';
import { runAnswerSchema, runPlan, shownRun } from '../run-answer.js';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { defineTool } from '../tool.js';

const inputSchema = z.strictObject({
  planId: z
    .string()
    .optional()
    .describe('A stored run, to have it approved by a human and run. Without it one is made, and nothing is run'),
  project: projectArgument,
  plan: z.string().optional().describe('To make a run: id of the plan of plan_safe_change'),
  step: z.string().optional().describe('To make a run: id of its step, e.g. "2.1"; needed when the plan has several backfills'),
  database_env: z
    .string()
    .optional()
    .describe('To make a run: NAME of the environment variable with the address of the target. Never the address itself'),
});

export default defineTool({
  name: 'run_backfill',
  title: 'Run a backfill that a human approved',
  description: `Fills, changes or deletes the rows of a backfill step of plan_safe_change in ranges of the key, each committed for itself: it resumes where a \
cancel or a crash left it, adapts its size, and pauses while replicas lag, others wait or a long transaction is open. Without planId: counts first, and answers \
with the id of a run that waits for approval; nothing is changed. With planId: asks the human as run_migration does, then runs exactly that. It takes no SQL. A run is \
approved for once: after a stop make another one, which goes on. Apply the phases before it first; the fill migration of the phase then has nothing left to do.`,
  inputSchema,
  outputSchema: runAnswerSchema,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  meta: { 'anthropic/requiresUserInteraction': true },
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const { planId, plan, step, database_env: variable } = input;
    if (planId !== undefined) return runPlan(planId, workingFolder, context);
    if (plan === undefined || variable === undefined) {
      throw new LockkeeperError(
        'BAD_USAGE',
        'A backfill is made from a plan, for a database.',
        'Give plan and database_env, or the planId of a run.',
      );
    }
    const { prepareBackfill } = await import('../../operations/backfill.js');
    return shownRun(
      await prepareBackfill(
        {
          plan,
          databaseVariable: variableName(variable),
          ...(step === undefined ? {} : { step }),
          ...(project === undefined ? {} : { project }),
        },
        { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment },
      ),
    );
  },
});
