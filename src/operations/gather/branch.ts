import type { LockkeeperProblem } from '../../core/errors.js';
import { isUnder } from '../../orms/paths.js';
import { configFile } from '../config.js';
import { type OperationContext, stopWhenCancelled } from '../context.js';
import { filesOf, gatherLoose, unsupported } from './files.js';
import { filesSince } from './git.js';
import { ProjectStacks } from './project-stacks.js';
import type { Gathered } from './selection.js';
import { selectRendered } from './render-stack.js';
import type { UnitOptions } from './units.js';

/** What a branch adds to `base`: the migrations, of every stack, of which it adds or changes a file. */
export async function gatherBranch(
  base: string,
  stackId: string | undefined,
  root: string,
  options: UnitOptions,
  context: OperationContext,
): Promise<Gathered> {
  const changed = new Set(await filesSince(root, base, context.signal));
  const stacks = await ProjectStacks.open(root);
  const chosen = stackId === undefined ? stacks.stacks : [stacks.choose(stackId)];
  const gathered: Gathered = { selections: [], problems: [...stacks.problems, ...configurationChanged(changed)] };
  const loose = new Set<string>();
  const known = new Set<string>();
  for (const stack of chosen) {
    stopWhenCancelled(context);
    if (!stack.supported) {
      const files = [...changed].filter((file) => stack.migrationFolders.some((folder) => isUnder(file, folder)));
      if (files.length > 0) gathered.problems.push(unsupported(stack));
      for (const file of files) loose.add(file);
      gathered.problems.push(...stack.problems.filter(({ code, file }) => code === 'UNMANAGED_SCHEMA' && changed.has(file ?? '')));
      continue;
    }
    const { migrations, problems } = await stacks.list(stack);
    for (const migration of migrations) for (const file of filesOf(migration)) known.add(file);
    const meant = migrations.filter((migration) => filesOf(migration).some((file) => changed.has(file)));
    if (meant.length === 0) continue;
    const selected = await selectRendered(stacks, stack, migrations, new Set(meant.map((migration) => migration.name)), options);
    gathered.selections.push(selected.selection);
    gathered.problems.push(...stack.problems, ...problems, ...selected.problems);
  }
  const { selection, problems } = await gatherLoose(
    [...loose].filter((file) => !known.has(file)),
    root,
    options,
    context,
  );
  if (selection.migrations > 0) gathered.selections.push(selection);
  gathered.problems.push(
    ...problems,
    ...belongToNobody(
      [...changed].filter((file) => !known.has(file) && !loose.has(file)),
      stackId,
    ),
  );
  return gathered;
}

/** Suppressions that come with the change they excuse are for the reviewer to see. */
function configurationChanged(changed: ReadonlySet<string>): LockkeeperProblem[] {
  if (!changed.has(configFile)) return [];
  return [
    {
      code: 'CONFIG_CHANGED',
      message: `This branch changes ${configFile}, which says what is reported.`,
      next: 'Review that change with the migrations.',
      file: configFile,
    },
  ];
}

function belongToNobody(files: readonly string[], stackId: string | undefined): LockkeeperProblem[] {
  const sql = files.filter((file) => /\.sql$/i.test(file));
  if (sql.length === 0 || stackId !== undefined) return [];
  const shown = sql.slice(0, 5).join(', ') + (sql.length > 5 ? ', …' : '');
  return [
    {
      code: 'NOT_SUPPORTED_YET',
      message: `${sql.length === 1 ? 'One SQL file of the branch belongs' : `${sql.length} SQL files of the branch belong`} to no migration tool and ${sql.length === 1 ? 'was' : 'were'} not judged: ${shown}.`,
      next: 'If they are migrations, name them: `lockkeeper assess FILE`.',
    },
  ];
}
