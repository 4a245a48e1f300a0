import { LockkeeperError } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import type { AssessInput } from '../assess-input.js';
import { filesOf, unsupported } from './files.js';
import { ProjectStacks } from './project-stacks.js';
import type { Gathered } from './selection.js';
import { selectMigrations, type UnitOptions } from './units.js';

/** Migrations of one stack: those that are named, those that are pending, or all. */
export async function gatherStack(input: AssessInput, root: string, options: UnitOptions): Promise<Gathered> {
  const stacks = await ProjectStacks.open(root);
  const stack = stacks.choose(input.stack);
  if (!stack.supported) {
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
      ? pending(stack, migrations, input)
      : migrations;
  const selected = selectMigrations(stack, migrations, new Set(judged.map((migration) => migration.name)), options);
  return { selections: [selected.selection], problems: [...stacks.problems, ...stack.problems, ...problems, ...selected.problems] };
}

function named(stack: Stack, migrations: readonly Migration[], names: readonly string[]): Migration[] {
  return names.map((name) => find(stack, migrations, name));
}

function pending(stack: Stack, migrations: readonly Migration[], input: AssessInput): Migration[] {
  if (input.applied === undefined) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'Which migrations are pending is not known: the history table of the target is not read yet.',
      'Name them (--migrations), name the last applied one (--applied), or say what the branch started from (--base).',
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
