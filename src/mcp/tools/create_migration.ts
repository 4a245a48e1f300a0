import * as z from 'zod';
import type { Created } from '../../operations/create.js';
import { details, shown } from '../answer/detail.js';
import { shownName } from '../answer/shorten.js';
import { projectArgument, variableName } from '../schemas/arguments.js';
import { proves, type Same } from '../schemas/same.js';
import { defineTool, type ToolAnswer } from '../tool.js';

const inputSchema = z.strictObject({
  project: projectArgument,
  stack: z.string().min(1).optional().describe('Id from detect_orm; needed when there are several'),
  name: z.string().min(1).max(200).optional().describe('Words of the name, e.g. "add status to orders"; needed'),
  sql: z
    .string()
    .optional()
    .describe("Up SQL. Without it the stack's own tool makes the migration from the models, which runs code of the project"),
  down: z.string().optional().describe('Down SQL'),
  renames: z
    .array(z.string())
    .max(50)
    .optional()
    .describe(
      'Renames that the user confirmed, each OLD=NEW, e.g. "users.name=users.full_name". Without them a rename is refused, since it would lose data',
    ),
  place: z.string().optional().describe('Application of Django, where there are several'),
  plan: z.string().optional().describe('Id of a plan of plan_safe_change; with phase, instead of name and sql'),
  phase: z.number().int().optional().describe('Number of the phase of the plan that is written, one migration a step'),
  uses_looked_at: z.boolean().optional().describe('The user looked at the uses that a refusal named, and none of them is one'),
  throwaway_env: z
    .string()
    .optional()
    .describe('NAME of an environment variable with a server on which databases may be made and dropped; default: the embedded PostgreSQL'),
});

const outputSchema = z.object({
  stack: z.string(),
  name: z.string(),
  files: z.array(z.object({ path: z.string(), change: z.enum(['created', 'changed']) })),
  modelsNeed: z.array(z.string()).describe('What the model files still need, so that they agree with the migration'),
  notes: z.array(z.string()),
});
proves<Same<z.infer<typeof outputSchema>, Created>>();

export default defineTool({
  name: 'create_migration',
  title: 'Write a new migration file',
  description: `Writes a new migration in the format, name and numbering of the stack's own tool (Prisma folder, Drizzle SQL with journal and snapshot, Alembic \
revision, Django operations, goose annotations, Diesel folder, Flyway version), from SQL or from the models, with the transaction mode that its statements \
need. It never overwrites a file and applies nothing. Call assess_risk with its name afterwards.`,
  inputSchema,
  outputSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  async handler(input, context) {
    const { workingFolder, project } = await context.chooseProject(input.project);
    const surroundings = { workingFolder, signal: context.signal, progress: context.progress, environment: context.environment };
    const { throwaway_env: throwAway, name, project: _project, plan, phase, uses_looked_at: usesLookedAt, ...same } = input;
    if (plan !== undefined || phase !== undefined) {
      const { writePhase } = await import('../../operations/write-phase.js');
      const { place } = same;
      const written = await writePhase(
        {
          ...(project === undefined ? {} : { project }),
          plan: plan ?? '',
          phase: phase ?? 0,
          ...(place === undefined ? {} : { place }),
          usesLookedAt: usesLookedAt ?? false,
        },
        surroundings,
      );
      const { stack, migrations, files, modelsNeed, notes } = written;
      return answerOf({ stack, name: migrations.join(', '), files, modelsNeed, notes });
    }
    const { create } = await import('../../operations/create.js');
    const created = await create(
      {
        ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)),
        name: name ?? '',
        ...(project === undefined ? {} : { project }),
        ...(throwAway === undefined ? {} : { throwAwayVariable: variableName(throwAway) }),
      },
      surroundings,
    );
    return answerOf(created);
  },
});

function answerOf(created: Created): ToolAnswer<Created> {
  const { sentence, innerList } = details.detailed;
  const structured: Created = {
    ...created,
    name: shownName(created.name),
    files: created.files.slice(0, 50).map((file) => ({ ...file, path: shownName(file.path) })),
    modelsNeed: created.modelsNeed.slice(0, innerList).map((text) => shown(text, sentence)),
    notes: created.notes.slice(0, innerList).map((text) => shown(text, sentence)),
  };
  const text = [
    `${structured.name}: ${structured.files.map((file) => file.path).join(', ')}`,
    ...structured.modelsNeed,
    ...structured.notes,
  ].join('\n');
  return { structured, text };
}
