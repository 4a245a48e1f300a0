import * as z from 'zod';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { statusPageSchema } from '../schemas/history.js';
import { pageArguments } from '../schemas/page.js';
import { defineTool, onlyReads } from '../tool.js';

const inputSchema = z.strictObject({
  project: projectArgument,
  stack: z.string().min(1).optional().describe('Id from detect_orm; needed when there are several'),
  database_env: z
    .string()
    .optional()
    .describe(
      'NAME of an environment variable with the address of the database; default: the one that the stack reads. Never the address itself',
    ),
  ...pageArguments,
});

export default defineTool({
  name: 'migration_status',
  title: 'Tell which migrations are applied to a database',
  description: `Compares the migration files of a stack with the tool's own history table on one database: applied, pending, failed, edited after being \
applied, recorded but missing, and files that the tool will never run. For bad states it names the way out, with the stack's own commands, for a person to run. \
Only SELECT is used: the tool's own status command is not called, since several tools write when they are asked, and some report success where there is none.`,
  inputSchema,
  outputSchema: statusPageSchema,
  annotations: onlyReads,
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const [{ status }, { statusPage }] = await Promise.all([import('../../operations/status.js'), import('../answer/status-page.js')]);
    const answer = await status(
      {
        ...(project === undefined ? {} : { project }),
        ...(input.stack === undefined ? {} : { stack: input.stack }),
        ...(input.database_env === undefined ? {} : { databaseVariable: variableName(input.database_env) }),
      },
      { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment },
    );
    return statusPage(answer, { format: input.response_format, cursor: input.cursor, limit: input.limit });
  },
});
