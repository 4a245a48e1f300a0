/** Django's migration graph: the order of `migrate`, leaf nodes, conflicts. Source for the order: django.db.migrations.graph and executor. */
import type { LockkeeperProblem } from '../../core/errors.js';
import { byText } from '../paths.js';
import type { DjangoMigrationFile, Reference } from './migration.js';

export interface DjangoNode {
  app: string;
  name: string;
  file: string;
  migration: DjangoMigrationFile;
  /** Keys of the nodes of this repository that come before. */
  parents: string[];
}

export interface DjangoGraph {
  ordered: DjangoNode[];
  /** `app.name` of every node that nothing of its own app follows. */
  heads: string[];
  problems: LockkeeperProblem[];
}

/**
 * Builds the graph as on an empty database: a squashed migration stands for what it replaces.
 *
 * @param files migrations of the apps of this repository; dependencies on other apps are the frameworks' own
 */
export function djangoGraph(files: Omit<DjangoNode, 'parents'>[]): DjangoGraph {
  const problems: LockkeeperProblem[] = [];
  const replacedBy = new Map<string, string>();
  for (const file of files) for (const [app, name] of file.migration.replaces) replacedBy.set(`${app}.${name}`, keyOf(file));
  const nodes = new Map<string, DjangoNode>();
  for (const file of files) if (!replacedBy.has(keyOf(file))) nodes.set(keyOf(file), { ...file, parents: [] });
  const apps = new Set(files.map((file) => file.app));
  const standing = (key: string): string => {
    let current = key;
    for (let step = 0; step < 20 && replacedBy.has(current) && replacedBy.get(current) !== current; step += 1)
      current = replacedBy.get(current)!;
    return current;
  };
  const pending: { from: DjangoNode; reference: Reference; before: boolean }[] = [];
  for (const file of files) {
    // What replaced files depend on outside of themselves is the squashed one's business too.
    const from = nodes.get(standing(keyOf(file)));
    if (from === undefined) continue;
    for (const reference of file.migration.dependencies) pending.push({ from, reference, before: false });
    for (const reference of file.migration.runBefore) pending.push({ from, reference, before: true });
  }
  const special = pending.filter(({ reference }) => reference[1].startsWith('__'));
  for (const { from, reference, before } of [...pending.filter((each) => !special.includes(each)), ...special]) {
    const [app, name] = reference;
    if (!apps.has(app)) continue;
    const keys = name.startsWith('__') ? ends(nodes, app, name) : [standing(`${app}.${name}`)];
    for (const key of keys) {
      const target = nodes.get(key);
      if (target === undefined) {
        problems.push({
          code: 'MIGRATION_NOT_FOUND',
          message: `${keyOf(from)} depends on ${app}.${name}, which no file has (NodeNotFoundError).`,
          next: 'Restore the file from version control, or correct the dependency.',
          file: from.file,
          line: from.migration.line,
        });
      } else if (target !== from) {
        const [child, parent] = before ? [target, from] : [from, target];
        if (!child.parents.includes(keyOf(parent))) child.parents.push(keyOf(parent));
      }
    }
  }
  const leaves = leavesOf(nodes);
  for (const [app, keys] of leaves) {
    if (keys.length < 2) continue;
    problems.push({
      code: 'MIGRATION_ORDER',
      message: `The app ${app} has ${keys.length} leaf migrations: ${keys.join(', ')}. Django refuses to migrate (conflicting migrations).`,
      next: 'Merge them with makemigrations --merge, or renumber the one that nobody applied.',
      file: nodes.get(keys[1]!)!.file,
    });
  }
  return { ordered: inOrder(nodes, problems), heads: [...leaves.values()].flat().sort(byText), problems };
}

function keyOf(node: { app: string; name: string }): string {
  return `${node.app}.${node.name}`;
}

/** Root (`__first__`) or leaf (`__latest__`) nodes of an app. */
function ends(nodes: Map<string, DjangoNode>, app: string, which: string): string[] {
  const own = [...nodes.values()].filter((node) => node.app === app);
  if (which === '__latest__') return leavesOf(nodes).get(app) ?? [];
  return own
    .filter((node) => !node.parents.some((parent) => nodes.get(parent)?.app === app))
    .map(keyOf)
    .sort(byText)
    .slice(0, 1);
}

function leavesOf(nodes: Map<string, DjangoNode>): Map<string, string[]> {
  const followed = new Set([...nodes.values()].flatMap((node) => node.parents.filter((parent) => nodes.get(parent)?.app === node.app)));
  const leaves = new Map<string, string[]>();
  for (const node of [...nodes.values()].sort((a, b) => byText(a.app, b.app) || byText(a.name, b.name))) {
    if (!followed.has(keyOf(node))) leaves.set(node.app, [...(leaves.get(node.app) ?? []), keyOf(node)]);
  }
  return leaves;
}

/** As the executor does: for each leaf in order, everything it needs, depth first. */
function inOrder(nodes: Map<string, DjangoNode>, problems: LockkeeperProblem[]): DjangoNode[] {
  const ordered: DjangoNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const targets = [...[...leavesOf(nodes).values()].flat(), ...[...nodes.keys()].sort(byText)];
  for (const target of targets) {
    const stack: { key: string; leaving: boolean }[] = [{ key: target, leaving: false }];
    while (stack.length > 0) {
      const { key, leaving } = stack.pop()!;
      const node = nodes.get(key);
      if (node === undefined || state.get(key) === 'done') continue;
      if (leaving) {
        state.set(key, 'done');
        ordered.push(node);
      } else if (state.get(key) === 'open') {
        problems.push({
          code: 'MIGRATION_ORDER',
          message: `${key} depends on itself in a circle (CircularDependencyError).`,
          next: 'Correct the dependencies of one of the migrations.',
          file: node.file,
          line: node.migration.line,
        });
      } else {
        state.set(key, 'open');
        stack.push({ key, leaving: true });
        for (const parent of [...node.parents].sort(byText)) if (state.get(parent) !== 'done') stack.push({ key: parent, leaving: false });
      }
    }
  }
  return ordered;
}
