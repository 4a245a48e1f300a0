import * as z from 'zod';
import type { NextStep } from '../../core/assessment.js';
import type { AssessInput } from '../../operations/assess-input.js';
import { projectArgument, timeLimit, timeoutArgument, variableName } from '../schemas/arguments.js';
import { assessmentPageSchema } from '../schemas/assessment.js';
import { pageArguments } from '../schemas/page.js';
import { transactionModeSchema } from '../schemas/stack.js';
import { defineTool, onlyReads } from '../tool.js';

const names = z.array(z.string().min(1)).max(1000);

const inputSchema = z.strictObject({
  project: projectArgument,
  sql: z.string().optional().describe('SQL text to judge; with "stack", as the next migration of that stack'),
  files: names.optional().describe('SQL files, migration files or folders, relative to the project'),
  stack: z.string().min(1).optional().describe('Id from detect_orm, e.g. "prisma:packages/db"; needed when there are several'),
  pending: z.boolean().optional().describe("Judge the stack's migrations that are not applied yet"),
  migrations: names.optional().describe('Names of migrations of the stack to judge'),
  applied: names.optional().describe('Names of migrations already applied to the target'),
  base: z.string().min(1).optional().describe('Git revision: judge what the branch adds to it, e.g. "main"'),
  schema: z.string().min(1).optional().describe('SQL file with the schema to start from, such as pg_dump --schema-only'),
  dialect: z.enum(['postgres', 'mysql', 'mariadb', 'sqlite']).optional(),
  server_version: z.number().int().optional().describe('Major version of the server, e.g. 16'),
  transaction: transactionModeSchema.optional().describe('How the runner wraps each script; default: as the stack does'),
  database_env: z
    .string()
    .optional()
    .describe(
      'NAME of an environment variable with the address of the target, for a read-only look at sizes and schema. Never the address itself',
    ),
  render: z
    .boolean()
    .optional()
    .describe('Render Python and Go migrations with the real tool, on a throw-away database. Runs code of the project; default false'),
  timeout_seconds: timeoutArgument,
  rehearsal: z.string().min(1).optional().describe('File with what `lockkeeper rehearse --json` printed, taken in as evidence'),
  ...pageArguments,
});
type Input = z.infer<typeof inputSchema>;

export default defineTool({
  name: 'assess_risk',
  title: 'Judge what a migration does to a running database',
  description: `Judges SQL or migrations before they run. For each statement: the locks per table and whom they block, table rewrites, full scans, index builds, \
and whether it may run in a transaction. For each hazard a finding: why it hurts the traffic, and the corrected migration as SQL. It also tells what destroys \
data or schema, and what could not be judged: risk "unknown" is not safe.

Say what to judge in one way: "sql", "files", "base" (what a git branch adds), or a stack's migrations ("stack" with "pending" or "migrations"). The schema \
before each statement comes from the stack's own history, from "schema", or from the target. "database_env" names an environment variable; the look at \
the target only reads its catalog and statistics, never rows. Facts that would sharpen a verdict are listed as "needs".

Statements and findings come in parts: "page" has the totals and the cursor. Runs no migration and changes no file.`,
  inputSchema,
  outputSchema: assessmentPageSchema,
  annotations: onlyReads,
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const question = questionOf({ ...input, project });
    const [{ assess }, { assessmentPage }] = await Promise.all([
      import('../../operations/assess.js'),
      import('../answer/assessment-page.js'),
    ]);
    const assessment = await assess(question, {
      workingFolder,
      signal: context.signal,
      progress: context.progress,
      environment: context.environment,
      ...timeLimit(input.timeout_seconds),
    });
    const nextStep = assessment.nextStep && inToolNames(assessment.nextStep);
    return assessmentPage({ ...assessment, nextStep }, { format: input.response_format, cursor: input.cursor, limit: input.limit });
  },
});

/** The operation's input, without what was left out. */
function questionOf(input: Input): AssessInput {
  const {
    server_version: serverVersion,
    database_env: variable,
    response_format: _format,
    cursor: _cursor,
    timeout_seconds: _seconds,
    limit: _limit,
    ...same
  } = input;
  const databaseVariable = variable === undefined ? undefined : variableName(variable);
  return Object.fromEntries(Object.entries({ ...same, serverVersion, databaseVariable }).filter(([, value]) => value !== undefined));
}

const toolNames: Record<string, string> = { serverVersion: 'server_version', databaseVariable: 'database_env' };

/** The operation speaks of its own inputs; a client must be able to send the arguments as they are. */
function inToolNames(step: NextStep): NextStep {
  const renamed = Object.entries(step.arguments)
    .map(([key, value]) => [toolNames[key] ?? key, value] as const)
    .filter(([key]) => key in inputSchema.shape);
  return { ...step, arguments: Object.fromEntries(renamed) };
}
