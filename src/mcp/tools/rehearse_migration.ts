import * as z from 'zod';
import type { Rehearsal } from '../../core/rehearsal.js';
import type { RehearseInput } from '../../operations/rehearse.js';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { pageArguments } from '../schemas/page.js';
import { rehearsalPageSchema } from '../schemas/rehearsal.js';
import { defineTool } from '../tool.js';

const names = z.array(z.string().min(1)).max(1000);

const inputSchema = z.strictObject({
  project: projectArgument,
  stack: z.string().min(1).optional().describe('Id from detect_orm; needed when there are several'),
  migrations: names.optional().describe('Names of the migrations; default: those pending on database_env, else the newest'),
  applied: names.optional().describe('Names of migrations already applied, where no database tells'),
  database_env: z
    .string()
    .optional()
    .describe('NAME of an environment variable with the address of the target: its schema is the start. Only read, never its rows'),
  from: z.enum(['target', 'history']).optional().describe('Start from the target (default with database_env) or from the history replayed'),
  shadow_env: z
    .string()
    .optional()
    .describe(
      'NAME of an environment variable with a server on which databases may be made and dropped; default: a PostgreSQL of this machine, else the embedded one',
    ),
  place: z.enum(['native', 'embedded']).optional().describe('Only on this kind of server'),
  queries: names.optional().describe('SQL files with queries of the application, relative to the project'),
  write_rollback: z.boolean().optional().describe('Write the rollback SQL that was proven, where the project has none; default false'),
  ...pageArguments,
});

/** Answers whose next part may be asked for: another part must not run everything once more. */
const recent = new Map<string, Rehearsal>();
const mostRecent = 4;

function keep(key: string, rehearsal: Rehearsal): void {
  recent.delete(key);
  recent.set(key, rehearsal);
  for (const oldest of [...recent.keys()].slice(0, -mostRecent)) recent.delete(oldest);
}

export default defineTool({
  name: 'rehearse_migration',
  title: 'Run a migration there and back on a throw-away database',
  description: `Runs pending migrations with the stack's own tool on a throw-away database, never on the target. It starts from the target's schema without \
its rows, or from the history replayed, fills the touched tables with made-up rows (NULLs, duplicates under a coming key, values that do not convert, orphans), \
and reports each statement as it went over the wire: locks and how long, rewrites, scans, index builds, rows, errors, and what differs from the prediction.

Then it goes down, compares schema and rows, and up again: "reversible (proven)", "reversible, data lost: …", "irreversible: …" or "no down: …" with rollback SQL \
that was proven the same way. Queries of the application are tried before and after. Failures that need special rows are told apart ("if such rows exist"). \
"place.doesNotProve" says what this run could not show; repeat that to the user.

Runs code of the project (its migration tool). Nothing is left behind. Lists come in parts: see "page".`,
  inputSchema,
  outputSchema: rehearsalPageSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const [{ rehearse }, { rehearsalPage }] = await Promise.all([
      import('../../operations/rehearse.js'),
      import('../answer/rehearsal-page.js'),
    ]);
    const given: Partial<Record<keyof RehearseInput, unknown>> = {
      project,
      stack: input.stack,
      migrations: input.migrations,
      applied: input.applied,
      databaseVariable: input.database_env === undefined ? undefined : variableName(input.database_env),
      from: input.from,
      shadowVariable: input.shadow_env === undefined ? undefined : variableName(input.shadow_env),
      place: input.place,
      queries: input.queries,
      writeRollback: input.write_rollback,
    };
    const question = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as RehearseInput;
    const key = JSON.stringify([workingFolder, question]);
    const known = input.cursor === undefined ? undefined : recent.get(key);
    const rehearsal =
      known ??
      (await rehearse(question, { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment }));
    keep(key, rehearsal);
    return rehearsalPage(rehearsal, { format: input.response_format, cursor: input.cursor, limit: input.limit });
  },
});
