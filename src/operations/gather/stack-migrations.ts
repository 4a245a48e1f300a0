import { LockkeeperError } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import type { AssessInput } from '../assess-input.js';
import type { OperationContext } from '../context.js';
import { pendingOn } from '../pending.js';
import { filesOf, unsupported } from './files.js';
import { ProjectStacks } from './project-stacks.js';
import type { Gathered } from './selection.js';
import { selectRendered } from './render-stack.js';
import type { UnitOptions } from './units.js';

/** Migrations of one stack: those that are named, those that are pending, or all. */
export async function gatherStack(input: AssessInput, root: string, options: UnitOptions, context: OperationContext): Promise<Gathered> {
  const stacks = await ProjectStacks.open(root);
  const stack = stacks.choose(input.stack);
  if (!stack.supported) {
    const [call] = stack.problems.filter(({ code }) => code === 'UNMANAGED_SCHEMA');
    if (call !== undefined) throw new LockkeeperError(call.code, call.message, call.next, { file: call.file, line: call.line });
    const problem = unsupported(stack);
    throw new LockkeeperError(
      problem.code,
      `${stack.tool} is recognised, but not supported yet.`,
      `Name its SQL files instead: lockkeeper assess ${stack.migrationFolders[0] ?? 'FOLDER'}.`,
    );
  }
  const { migrations, problems } = await stacks.list(stack);
  const judged = input.migrations
    ? named(stack, migrations, input.migrations)
    : input.pending || input.applied
      ? await pending(stacks, stack, migrations, input, context)
      : migrations;
  const selected = await selectRendered(stacks, stack, migrations, new Set(judged.map((migration) => migration.name)), options);
  return {
    selections: [selected.selection],
    problems: [...stacks.problems, ...stack.problems, ...problems, ...selected.problems],
  };
}

function named(stack: Stack, migrations: readonly Migration[], names: readonly string[]): Migration[] {
  return names.map((name) => find(stack, migrations, name));
}

async function pending(
  stacks: ProjectStacks,
  stack: Stack,
  migrations: readonly Migration[],
  input: AssessInput,
  context: OperationContext,
): Promise<Migration[]> {
  if (input.applied === undefined && input.databaseVariable !== undefined) {
    const next = await pendingOn(stacks.repository, stack, migrations, input.databaseVariable, context);
    return migrations.filter((migration) => next.has(migration.name));
  }
  if (input.applied === undefined) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'Which migrations are pending is not known without the history table of the target.',
      'Name the variable with its address (--database-env), name the migrations (--migrations) or the last applied one (--applied), or say what the branch started from (--base).',
    );
  }
  const positions = input.applied.map((name) => migrations.indexOf(find(stack, migrations, name)));
  return migrations.slice(Math.max(-1, ...positions) + 1);
}

function find(stack: Stack, migrations: readonly Migration[], name: string): Migration {
  const found =
    migrations.find((migration) => migration.name === name) ?? migrations.find((migration) => filesOf(migration).includes(name));
  if (found) return found;
  const last = migrations.slice(-5).map((migration) => migration.name);
  const next = last.length === 0 ? 'The stack has no migrations.' : `The last ones are ${last.join(', ')}.`;
  throw new LockkeeperError('MIGRATION_NOT_FOUND', `${stack.id} has no migration ${name}.`, next);
}
