import * as z from 'zod';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { driftPageSchema } from '../schemas/drift.js';
import { pageArguments } from '../schemas/page.js';
import { defineTool, onlyReads } from '../tool.js';

const variable = (what: string) => z.string().optional().describe(`NAME of an environment variable with ${what}. Never the address itself`);

const inputSchema = z.strictObject({
  project: projectArgument,
  stack: z.string().min(1).optional().describe('Id from detect_orm; needed when there are several'),
  database_env: variable('the address of the database; default: the one that the stack reads'),
  against_env: variable('the address of a second database: the two are compared, and the files are left out'),
  models: z
    .boolean()
    .default(false)
    .describe(
      "Also look at the models and run the tool's own check. This loads the project's models, in a copy of the project; say so to the user",
    ),
  baseline: z.string().min(1).optional().describe('File of the project with accepted drift; only what is not in it is new'),
  throwaway_server_env: variable('the address of a server for throw-away databases; default: PostgreSQL inside this process'),
  ...pageArguments,
});

export default defineTool({
  name: 'check_drift',
  title: 'Tell where models, migration files, history and database disagree',
  description: `Replays the migration files with the project's own tool on a throw-away database and compares the schema with a live one, object by object: columns, \
constraints, indexes, views, functions, triggers, types, policies, grants, comments and more. For each difference it names the source that stands alone, how it probably \
came about (changed by hand, edited migration, never run, merged late, history that lies), and the SQL that mends it in either direction, which is never run. \
The live database is only read, in one read-only transaction. Pending migrations are no drift. With against_env two databases are compared. \
Replaying loads what the tool loads of the project (env.py, settings); nothing in the project is changed.`,
  inputSchema,
  outputSchema: driftPageSchema,
  annotations: onlyReads,
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const [{ drift }, { driftPage }] = await Promise.all([import('../../operations/drift.js'), import('../answer/drift-page.js')]);
    const answer = await drift(
      {
        ...(project === undefined ? {} : { project }),
        ...(input.stack === undefined ? {} : { stack: input.stack }),
        ...(input.database_env === undefined ? {} : { databaseVariable: variableName(input.database_env) }),
        ...(input.against_env === undefined ? {} : { against: variableName(input.against_env) }),
        ...(input.throwaway_server_env === undefined ? {} : { throwAwayVariable: variableName(input.throwaway_server_env) }),
        ...(input.baseline === undefined ? {} : { baseline: input.baseline }),
        models: input.models,
      },
      { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment },
    );
    return driftPage(answer, { format: input.response_format, cursor: input.cursor, limit: input.limit });
  },
});
