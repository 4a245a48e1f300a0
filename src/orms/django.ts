/** Django: apps with a folder of migrations each, one graph over all of them. */
import type { LockkeeperProblem } from '../core/errors.js';
import { LockkeeperError } from '../core/errors.js';
import type { Stack } from '../core/stack.js';
import { installedApps, migrationFolders, type DjangoApp } from './django/apps.js';
import { djangoDanger } from './django/danger.js';
import { djangoDatabase } from './django/database.js';
import { djangoGraph, type DjangoGraph, type DjangoNode } from './django/graph.js';
import { readDjangoMigration } from './django/migration.js';
import { djangoProjects, projectWithoutManage, type DjangoProject } from './django/project.js';
import { settingText } from './django/settings.js';
import { baseName, byText, isUnder, joinPath } from './paths.js';
import type { Repository } from './repository.js';
import { pythonCommand, pythonProject, pythonVersion } from './runners/python.js';
import { findOnce, newMigration, newStack, positioned, withoutRepeats, type Found, type Listing, type MigrationTool } from './tool.js';

function find(repository: Repository): Found<DjangoGraph>[] {
  const projects = djangoProjects(repository);
  const left = new Set(migrationFolders(repository));
  const found: Found<DjangoGraph>[] = [];
  // Innermost projects first, so that a project inside another keeps its own apps.
  for (const project of [...projects].sort((a, b) => b.folder.length - a.folder.length)) {
    const own = [...left].filter((folder) => isUnder(folder, project.folder));
    for (const folder of own) left.delete(folder);
    found.push(stackOf(repository, project, own));
  }
  const groups = new Map<string, string[]>();
  for (const folder of left) {
    const home = pythonProject(repository, folder);
    groups.set(home, [...(groups.get(home) ?? []), folder]);
  }
  for (const [folder, folders] of groups) found.push(stackOf(repository, projectWithoutManage(repository, folder), folders));
  return found;
}

function stackOf(repository: Repository, project: DjangoProject, folders: string[]): Found<DjangoGraph> {
  const { folder } = project;
  const problems: LockkeeperProblem[] = [];
  const installed = installedApps(repository, project, folders);
  const userModel = project.settings === null ? null : settingText(project.settings, 'AUTH_USER_MODEL');
  const nodes = installed.apps.flatMap((app) => readApp(repository, app, userModel, problems));
  const graph = djangoGraph(nodes);
  graph.problems.unshift(...problems);
  const version = pythonVersion(repository, folder, 'django');
  const runner =
    project.manage === null
      ? pythonCommand(repository, folder, 'django-admin', ['django-admin'])
      : pythonCommand(repository, folder, 'python', ['python']);
  const database = project.settings === null ? null : djangoDatabase(repository, folder, project.settings);
  const modes = new Set(graph.ordered.map((node) => node.migration.atomic));
  const stack = newStack({
    tool: 'django',
    supported: true,
    folder,
    toolVersion: version.version,
    dialect: database?.dialect ?? 'unknown',
    order: 'graph',
    heads: graph.heads,
    migrationFolders: [...new Set(installed.apps.map((app) => app.folder))].sort(byText),
    migrationCount: graph.ordered.length,
    command: project.manage === null ? runner.command : [...runner.command, 'manage.py'],
    databaseSetting: database?.setting ?? null,
    transactionMode: modes.size === 1 && modes.has(false) ? 'none' : 'per-file',
    evidence: [...project.evidence, ...version.evidence, ...runner.evidence, ...(database?.evidence ?? [])],
    undetermined: [
      ...project.undetermined,
      ...installed.undetermined,
      ...version.undetermined,
      ...(database?.undetermined ?? ['database and dialect: the settings were not found']),
    ],
    problems: [...graph.problems],
    settings: { historyTable: 'django_migrations', ...(project.settingsModule === null ? {} : { settingsModule: project.settingsModule }) },
  });
  if (project.manage === null && nodes[0] !== undefined)
    stack.evidence.push({ file: nodes[0].file, line: nodes[0].migration.line, what: 'class Migration' });
  for (const label of installed.switchedOff) stack.undetermined.push(`migrations of ${label} are switched off by MIGRATION_MODULES`);
  for (const app of installed.apps) {
    if (repository.hasFile(joinPath(app.folder, '__init__.py')!)) continue;
    stack.problems.push({
      code: 'CONFIG_INVALID',
      message: `${app.folder} has no __init__.py: Django does not see its migrations.`,
      next: 'Add an empty __init__.py.',
      file: app.folder,
    });
  }
  stack.evidence = withoutRepeats(stack.evidence);
  return { stack, details: graph };
}

function readApp(
  repository: Repository,
  app: DjangoApp,
  userModel: string | null,
  problems: LockkeeperProblem[],
): Omit<DjangoNode, 'parents'>[] {
  return repository.filesIn(app.folder).flatMap((file) => {
    const base = baseName(file);
    if (!base.endsWith('.py') || /^[_~]/.test(base)) return [];
    let text: string;
    try {
      text = repository.read(file);
    } catch (error) {
      if (!(error instanceof LockkeeperError)) throw error;
      problems.push(error.problem);
      return [];
    }
    const migration = readDjangoMigration(text, userModel);
    if (migration === null) {
      problems.push({
        code: 'CONFIG_INVALID',
        message: `${file} has no Migration class: Django stops with BadMigrationError.`,
        next: 'Move the file out of the migrations package.',
        file,
      });
      return [];
    }
    for (const { what, line } of migration.computed) {
      problems.push({
        code: 'NOT_RENDERED',
        message: `${file} computes ${what}: its place in the graph or its transaction is not known.`,
        next: 'Write it literally, as makemigrations does.',
        file,
        line,
      });
    }
    return [{ app: app.label, name: base.replace(/\.py$/, ''), file, migration }];
  });
}

function list(repository: Repository, stack: Stack): Listing {
  const graph = findOnce(repository, find).find((each) => each.stack.id === stack.id)?.details;
  if (graph === undefined) return { migrations: [], problems: [] };
  const migrations = graph.ordered.map((node) =>
    newMigration({
      name: `${node.app}.${node.name}`,
      stack: stack.id,
      file: node.file,
      transactionMode: node.migration.atomic ? 'per-file' : 'none',
      unrendered: 'python',
      notes: node.migration.notes,
      parents: node.parents,
      ...(node.migration.replaces.length > 0 ? { replaces: node.migration.replaces.map((each) => each.join('.')) } : {}),
    }),
  );
  return { migrations: positioned(migrations), problems: graph.problems };
}

const django: MigrationTool = {
  name: 'django',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list,
  history: async (call, read) => (await import('./django/history.js')).djangoHistory(call, read),
  render: async (call, names, throwAway) => (await import('./django/render.js')).renderDjango(call, names, throwAway),
  create: async (call, wanted) => (await import('./django/create.js')).createDjango(call, wanted),
  check: async (call, throwAway) => (await import('./django/check.js')).checkDjango(call, throwAway),
  apply: async (call, migration) => (await import('./django/run.js')).applyDjango(call, migration),
  applyUntil: async (call, migration) => (await import('./django/run.js')).applyDjango(call, migration),
  rollback: async (call, migration) => (await import('./django/run.js')).rollbackDjango(call, migration),
  bookkeeping: async (call, migration) => (await import('./django/bookkeeping.js')).djangoBookkeeping(call, migration),
  danger: djangoDanger,
};

export default django;
