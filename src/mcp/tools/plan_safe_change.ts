import * as z from 'zod';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { pageArguments } from '../schemas/page.js';
import { planPageSchema } from '../schemas/plan.js';
import { defineTool, onlyReads } from '../tool.js';

/** What clients see of an intent: which fields there are. Which of them belong together is checked by kind. */
const changeArgument = z
  .record(z.string(), z.unknown())
  .describe(`One intent: {"kind": …} with its fields (? = optional; names as in SQL, expressions as SQL text):
addColumn table column type notNull? default? generated? stored? identity?(always|byDefault); dropColumn table column; renameColumn table column to; \
changeType table column type using? back?; setNotNull table column fill?; dropNotNull, dropDefault table column; setDefault table column default; \
addIndex table columns[] unique? method? where? include[]? name?; dropIndex index; addUnique, addPrimaryKey table columns[] name?; \
addForeignKey table columns[] references referencedColumns[]? onDelete? name?; addCheck table expression name?; addExclusion table definition name; \
dropConstraint table name; renameTable table to; dropTable table; moveTable table schema; splitTable table columns[] to; \
partitionTable table strategy(range|list) column present partitions[{name,bound}]; detachPartition table partition; addEnumValue type value before? after?; \
renameEnumValue type value to; removeEnumValue type value replacement; setTrigger table trigger function?; changeView view query; \
enableRowSecurity table policies[] force?; backfill table set{column:expression} where?; deleteRows table where; createExtension extension; widenSequence sequence`);

const inputSchema = z.strictObject({
  project: projectArgument,
  stack: z.string().min(1).optional().describe('Id from detect_orm; needed when there are several'),
  change: changeArgument.optional(),
  changes: z.array(z.record(z.string(), z.unknown())).max(20).optional().describe('Several intents, in order'),
  sql: z.string().optional().describe('Unsafe SQL to be rewritten, instead of an intent'),
  migration: z.string().optional().describe('Name of a migration of the stack to be rewritten'),
  way: z.string().optional().describe('Name of one of the other ways that an answer lists'),
  database_env: z
    .string()
    .optional()
    .describe('NAME of an environment variable with the address of the target, which is only read; never the address itself'),
  server_version: z.number().int().optional().describe('Major version of PostgreSQL; default: that of the target, or 18'),
  schema: z.string().optional().describe('SQL file with the schema to start from, e.g. of pg_dump --schema-only'),
  render: z.boolean().optional().describe('Render Python migrations with the real tool, which runs code of the project; default false'),
  ...pageArguments,
});

export default defineTool({
  name: 'plan_safe_change',
  title: 'Plan the safe way for a schema change',
  description: `Turns an intent ("rename users.name to full_name") or an unsafe migration into ordered phases with the deploys of code between them: expand, fill in \
batches, enforce, switch, contract. Each step has its SQL, the lock that it takes and for how long, a query that says it is done, its way back, and whether old and new \
code work. Keys, indexes, foreign keys, views, rights and comments are carried over from the schema. A harmless change is answered as one file. It writes no file and runs \
nothing: write a phase with create_migration (plan, phase). Places that still use what goes away are listed.`,
  inputSchema,
  outputSchema: planPageSchema,
  annotations: onlyReads,
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const [{ plan }, { planPage }, { readChanges }] = await Promise.all([
      import('../../operations/plan.js'),
      import('../answer/plan-page.js'),
      import('../../operations/plan-change-schema.js'),
    ]);
    const given = [...(input.change === undefined ? [] : [input.change]), ...(input.changes ?? [])];
    const answer = await plan(
      {
        ...(project === undefined ? {} : { project }),
        ...(input.stack === undefined ? {} : { stack: input.stack }),
        ...(input.change === undefined && input.changes === undefined ? {} : { changes: readChanges(given) }),
        ...(input.sql === undefined ? {} : { sql: input.sql }),
        ...(input.migration === undefined ? {} : { migration: input.migration }),
        ...(input.way === undefined ? {} : { way: input.way }),
        ...(input.database_env === undefined ? {} : { databaseVariable: variableName(input.database_env) }),
        ...(input.server_version === undefined ? {} : { serverVersion: input.server_version }),
        ...(input.schema === undefined ? {} : { schema: input.schema }),
        ...(input.render === undefined ? {} : { render: input.render }),
      },
      { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment },
    );
    return planPage(answer, { format: input.response_format, cursor: input.cursor, limit: input.limit });
  },
});
