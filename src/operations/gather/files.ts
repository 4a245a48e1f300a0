import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Unanalysed } from '../../core/assessment.js';
import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import { walk } from '../../orms/repository-walk.js';
import { isUnder } from '../../orms/paths.js';
import { type OperationContext, stopWhenCancelled } from '../context.js';
import { ProjectStacks } from './project-stacks.js';
import { notJudged } from './rendering.js';
import { looseSelection, type Gathered, type Selection } from './selection.js';
import { textUnit } from './sql-text.js';
import { placePath, readTextFile } from './text-file.js';
import { selectRendered } from './render-stack.js';
import type { UnitOptions } from './units.js';

const walkLimits = { maximumFiles: 50_000, maximumDepth: 48 };
const programs = /\.(py|go|java|kt|groovy|rs|rb|js|cjs|mjs|ts|cts|mts|php|cs|ex|exs|xml|ya?ml|json)$/i;

/** What the named paths come to: files of the project, and folders all of whose migrations are meant. */
interface Named {
  files: string[];
  folders: string[];
  problems: LockkeeperProblem[];
}

/**
 * Files and folders. What belongs to a migration of a detected stack is judged as that migration; other SQL files are
 * judged one by one, in the order of their names.
 */
export async function gatherFiles(
  paths: readonly string[],
  root: string,
  options: UnitOptions,
  context: OperationContext,
): Promise<Gathered> {
  const named = await nameFiles(paths, root, context);
  if (named.files.length === 0 && named.folders.length === 0) throw firstProblem(named.problems);
  const stacks = await ProjectStacks.open(root);
  const gathered: Gathered = { selections: [], problems: [...named.problems, ...stacks.problems] };
  const left = new Set(named.files);
  for (const stack of stacks.stacks) {
    stopWhenCancelled(context);
    const { migrations, problems } = await stacks.list(stack);
    const meant = migrations.filter((migration) =>
      filesOf(migration).some((file) => left.has(file) || named.folders.some((folder) => isUnder(file, folder))),
    );
    for (const migration of migrations) for (const file of filesOf(migration)) left.delete(file);
    if (meant.length === 0) continue;
    const selected = await selectRendered(stacks, stack, migrations, new Set(meant.map((migration) => migration.name)), options);
    gathered.selections.push(selected.selection);
    gathered.problems.push(...stack.problems, ...problems, ...selected.problems);
  }
  gathered.problems.push(...neighbours(stacks.stacks, named));
  const loose = await gatherLoose([...left], root, options, context);
  if (loose.selection.migrations > 0) gathered.selections.push(loose.selection);
  gathered.problems.push(...loose.problems);
  for (const problem of named.problems) loose.selection.unanalysed.push(unread(problem));
  if (loose.selection.unanalysed.length > 0 && loose.selection.migrations === 0) gathered.selections.push(loose.selection);
  if (gathered.selections.length === 0) {
    throw new LockkeeperError(
      'PATH_NOT_FOUND',
      `No migration and no SQL file was found in ${paths.join(', ')}.`,
      'Name the folder of the migrations.',
    );
  }
  return gathered;
}

/** Loose SQL files, judged one by one. A file that cannot be read is named and counted as not analysed. */
export async function gatherLoose(
  files: readonly string[],
  root: string,
  options: UnitOptions,
  context: OperationContext,
): Promise<{ selection: Selection; problems: LockkeeperProblem[] }> {
  const selection = looseSelection(options.dialect ?? 'postgres');
  const problems: LockkeeperProblem[] = [];
  for (const [position, file] of files.entries()) {
    if (position % filesBetween === 0) await setImmediate();
    stopWhenCancelled(context);
    context.progress?.(position, files.length, `reading ${file}`);
    selection.migrations += 1;
    if (programs.test(file)) selection.unanalysed.push(program(file));
    else if (selection.dialect !== 'postgres') selection.unanalysed.push(notJudged(selection.dialect, null, file));
    else {
      try {
        selection.units.push(textUnit(readTextFile({ absolute: join(root, file), shown: file }), options, file));
      } catch (error) {
        if (!(error instanceof LockkeeperError)) throw error;
        problems.push(error.problem);
        selection.unanalysed.push(unread(error.problem));
      }
    }
  }
  return { selection, problems };
}

/** Files that are read before a cancellation is heard. */
const filesBetween = 64;

/** Every file that a migration consists of. */
export function filesOf(migration: Migration): string[] {
  return [...new Set([migration.file, migration.up?.file, migration.down?.file].filter((file) => file !== undefined))];
}

async function nameFiles(paths: readonly string[], root: string, context: OperationContext): Promise<Named> {
  const files = new Set<string>();
  const named: Named = { files: [], folders: [], problems: [] };
  for (const path of paths) {
    try {
      const place = await placePath(root, context.workingFolder, path);
      if (place.kind === 'file') {
        files.add(place.shown);
        continue;
      }
      named.folders.push(place.shown);
      const walked = await walk(place.absolute, walkLimits);
      const prefix = place.shown === '.' ? '' : `${place.shown}/`;
      for (const file of walked.files.sort()) if (/\.sql$/i.test(file)) files.add(prefix + file);
      named.problems.push(
        ...walked.problems.map((problem) => (problem.file === undefined ? problem : { ...problem, file: prefix + problem.file })),
      );
    } catch (error) {
      if (!(error instanceof LockkeeperError)) throw error;
      named.problems.push(error.problem);
    }
  }
  named.files = [...files];
  return named;
}

function neighbours(stacks: readonly Stack[], named: Named): LockkeeperProblem[] {
  const paths = [...named.files, ...named.folders];
  return stacks
    .filter(
      (stack) =>
        !stack.supported && stack.migrationFolders.some((folder) => paths.some((path) => isUnder(path, folder) || isUnder(folder, path))),
    )
    .map((stack) => unsupported(stack));
}

/** Says of a tool that is only recognised what is judged of it. */
export function unsupported(stack: Stack): LockkeeperProblem {
  return {
    code: 'NOT_SUPPORTED_YET',
    message: `${stack.tool} is recognised, but not supported yet: its SQL files are judged one by one, without its order and its transactions.`,
    next: 'Say what its transactions are like with --transaction, and give the schema with --schema.',
    file: stack.migrationFolders[0] ?? stack.folder,
  };
}

function program(file: string): Unanalysed {
  return {
    source: { file, line: null },
    migration: null,
    reason: `${file} is no SQL and belongs to no migration that was found here.`,
    next: 'Pipe the SQL that it runs: `… | lockkeeper assess -`.',
  };
}

function unread(problem: LockkeeperProblem): Unanalysed {
  return {
    source: problem.file === undefined ? null : { file: problem.file, line: problem.line ?? null },
    migration: null,
    reason: problem.message,
    next: problem.next,
  };
}

function firstProblem(problems: readonly LockkeeperProblem[]): LockkeeperError {
  const [first, ...others] = problems;
  if (!first) return new LockkeeperError('BAD_USAGE', 'No file was named.', 'Name SQL files or folders.');
  const more = others.length === 0 ? '' : ` ${others.map((problem) => problem.message).join(' ')}`;
  return new LockkeeperError(first.code, first.message + more, first.next, { file: first.file, line: first.line });
}
