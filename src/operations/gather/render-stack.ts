import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import { migrationTools, type Repository } from '../../orms/index.js';
import type { OperationContext } from '../context.js';
import type { Rendering } from '../../orms/tool.js';
import { callOf } from '../stack-call.js';
import { withThrowAway } from '../throw-away.js';
import type { ProjectStacks } from './project-stacks.js';
import type { Selection } from './selection.js';
import { selectMigrations, type UnitOptions } from './units.js';

/** Renders the migrations of a stack that are no SQL files; null in `UnitOptions` leaves them unknown. */
export type StackRenderer = (
  repository: Repository,
  stack: Stack,
  migrations: readonly Migration[],
  names: readonly string[],
) => Promise<{ migrations: Migration[]; problems: LockkeeperProblem[] }>;

/**
 * Renders with the stack's own tool, which runs code of the project. Only for callers who asked for it: the code of an
 * unknown branch is not run to review it.
 *
 * @param variable environment variable with the address of a server for throw-away databases; the embedded one when absent
 */
export function toolRenderer(variable: string | undefined, context: OperationContext): StackRenderer {
  return async (repository, stack, migrations, names) => {
    const tool = migrationTools.find((each) => each.name === stack.tool);
    if (tool?.render === undefined) return { migrations: [...migrations], problems: [] };
    const render = tool.render.bind(tool);
    context.progress?.(0, 1, `rendering ${names.length} migrations of ${stack.id}`);
    const call = callOf(repository, stack, migrations, context);
    const { rendering, what } = await withThrowAway(variable, context, async (opened) => ({
      rendering: await render(call, names, opened.target).catch(withoutTool),
      what: opened.what,
    }));
    const rendered = new Map(rendering.migrations.map((migration) => [migration.name, migration]));
    const ran: LockkeeperProblem[] =
      rendering.ran.length === 0
        ? []
        : [
            {
              code: 'PROJECT_CODE_RAN',
              message: `To render ${stack.id}, code of the project ran: ${rendering.ran.join('; ')}. The database was ${what}.`,
              next: 'Nothing else to do; it ran on your wish.',
            },
          ];
    return {
      migrations: migrations.map((migration) => rendered.get(migration.name) ?? migration),
      problems: [...ran, ...rendering.problems],
    };
  };
}

/** A tool that is not here leaves its migrations unknown; the other stacks are judged all the same. */
function withoutTool(error: unknown): Rendering {
  if (error instanceof LockkeeperError && (error.problem.code === 'TOOL_NOT_FOUND' || error.problem.code === 'NOT_OFFERED'))
    return { migrations: [], ran: [], problems: [error.problem] };
  throw error;
}

/** `selectMigrations` after rendering what is needed for it: the judged ones, and those before them. */
export async function selectRendered(
  stacks: ProjectStacks,
  stack: Stack,
  migrations: readonly Migration[],
  judged: ReadonlySet<string>,
  options: UnitOptions,
): Promise<{ selection: Selection; problems: LockkeeperProblem[] }> {
  const last = migrations.findLastIndex((migration) => judged.has(migration.name));
  const names = migrations
    .slice(0, last + 1)
    .filter((migration) => migration.unrendered !== null && (options.withHistory || judged.has(migration.name)))
    .map((migration) => migration.name);
  const dialect = options.dialect ?? stack.dialect;
  const select = (from: readonly Migration[]): ReturnType<typeof selectMigrations> =>
    withRemarks(selectMigrations(stack, from, judged, options));
  const { remarks } = await stacks.list(stack);
  const withRemarks = (selected: ReturnType<typeof selectMigrations>): typeof selected => {
    selected.selection.remarks.push(...remarks);
    return selected;
  };
  if (!options.render || names.length === 0 || dialect !== 'postgres') return select(migrations);
  const rendered = await options.render(stacks.repository, stack, migrations, names);
  const selected = select(rendered.migrations);
  return { selection: selected.selection, problems: [...rendered.problems, ...selected.problems] };
}
