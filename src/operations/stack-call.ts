import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import type { Migration } from '../core/stack.js';
import { type MigrationTool, migrationTools, Repository } from '../orms/index.js';
import type { ToolCall } from '../orms/tool.js';
import { type OperationContext, openProject } from './context.js';
import { ProjectStacks } from './gather/project-stacks.js';

/** One stack of a project, with all that a call of its tool needs. */
export interface OpenStack {
  tool: MigrationTool;
  call: ToolCall;
  problems: LockkeeperProblem[];
}

/**
 * Opens the stack that an operation works on.
 *
 * @param input folder of the project, and the stack's id where there are several
 * @throws LockkeeperError PATH_NOT_FOUND, STACK_NOT_FOUND, BAD_USAGE, NOT_SUPPORTED_YET for a neighbour
 */
export async function openStack(input: { project?: string; stack?: string }, context: OperationContext): Promise<OpenStack> {
  const root = await openProject(input.project, context);
  const repository = await Repository.open(root);
  const stacks = await ProjectStacks.of(repository);
  const stack = stacks.choose(input.stack);
  const tool = migrationTools.find((each) => each.name === stack.tool);
  if (tool === undefined || !stack.supported) {
    throw new LockkeeperError(
      'NOT_SUPPORTED_YET',
      `${stack.tool} is recognised, not supported yet.`,
      'Ask its own status command; assess its SQL files by naming them.',
    );
  }
  if (stack.dialect !== 'postgres' && stack.dialect !== 'unknown') {
    throw new LockkeeperError(
      'NOT_SUPPORTED_YET',
      `${stack.id} is for ${stack.dialect}: only PostgreSQL is worked with yet.`,
      'Use the tool itself.',
    );
  }
  const { migrations, problems } = await stacks.list(stack);
  return { tool, call: callOf(repository, stack, migrations, context), problems: [...stacks.problems, ...stack.problems, ...problems] };
}

/** A call of a stack's tool with the surroundings of an operation. */
export function callOf(
  repository: Repository,
  stack: ToolCall['stack'],
  migrations: readonly Migration[],
  context: OperationContext,
): ToolCall {
  return {
    repository,
    stack,
    migrations,
    environment: context.environment ?? process.env,
    ...(context.signal ? { signal: context.signal } : {}),
    ...(context.timeoutMs ? { timeoutMs: context.timeoutMs } : {}),
  };
}

/** The name of the variable with the target's address: the one that is given, or the one that the stack's configuration reads. */
export function variableOf(given: string | undefined, call: ToolCall): string {
  if (given !== undefined) return given;
  const named = call.stack.databaseSetting;
  if (named !== null && /^[A-Za-z_][A-Za-z0-9_]*$/.test(named) && call.environment[named]) return named;
  throw new LockkeeperError(
    'BAD_USAGE',
    'Which database is meant is not known.',
    `Name the environment variable that holds its address: --database-env ${named ?? 'DATABASE_URL'} (argument databaseVariable).`,
  );
}
