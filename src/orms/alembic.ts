/** Alembic, also as SQLModel, Flask-Migrate and Advanced Alchemy use it: a graph of revision files. */
import { alembicDanger } from './alembic/danger.js';
import type { LockkeeperProblem } from '../core/errors.js';
import type { Dialect, Stack } from '../core/stack.js';
import { alembicEnvironments, type AlembicEnvironment } from './alembic/config.js';
import { readEnvironmentScript, type EnvironmentScript } from './alembic/environment.js';
import { revisionGraph, type RevisionGraph } from './alembic/graph.js';
import { readRevisions } from './alembic/revisions.js';
import { dialectOfUrl, onlyDialect } from './dialect.js';
import { baseName, parentFolder, relativeTo } from './paths.js';
import { dialectOfEnvironment } from './readers/environment-hint.js';
import { environmentEntry } from './readers/settings.js';
import type { Repository } from './repository.js';
import { pythonCommand, pythonVersion } from './runners/python.js';
import { pythonDrivers } from './runners/python-drivers.js';
import { findOnce, newMigration, newStack, positioned, withoutRepeats, type Found, type Listing, type MigrationTool } from './tool.js';

/** What `alembic init` writes; it names no database. */
const templateUrl = /^driver:\/\//;

function find(repository: Repository): Found<RevisionGraph>[] {
  return alembicEnvironments(repository).map((environment) => {
    const problems: LockkeeperProblem[] = [];
    const graph = revisionGraph(readRevisions(repository, environment.versions, environment.recursive, problems));
    graph.problems.unshift(...problems);
    return { stack: stackOf(repository, environment, graph), details: graph };
  });
}

function stackOf(repository: Repository, environment: AlembicEnvironment, graph: RevisionGraph): Stack {
  const { folder } = environment;
  const script = readEnvironmentScript(repository, environment.scripts);
  const version = pythonVersion(repository, folder, 'alembic');
  const runner = commandOf(repository, environment);
  const stack = newStack({
    tool: 'alembic',
    supported: true,
    folder,
    toolVersion: version.version,
    migrationFolders: environment.versions.filter((each) => repository.hasFolder(each)),
    order: 'graph',
    migrationCount: graph.ordered.length,
    command: runner.command,
    transactionMode: script.transactionMode,
    heads: graph.heads,
    databaseSetting: databaseOf(environment, script),
    evidence: [...environment.evidence, ...version.evidence, ...runner.evidence, ...script.evidence],
    undetermined: [...environment.undetermined, ...version.undetermined, ...runner.undetermined, ...script.undetermined],
    problems: [...graph.problems],
    settings: {
      historyTable: 'alembic_version',
      ...script.settings,
      ...(environment.config === null ? {} : { config: environment.config, section: environment.section }),
      ...(environment.flask ? { flask: 'true' } : {}),
    },
  });
  readDialect(repository, environment, script, stack);
  if (stack.databaseSetting === null)
    stack.undetermined.push('database: neither the configuration nor env.py says where the URL comes from');
  if (environment.databases.length > 0)
    stack.undetermined.push(
      `several databases (${environment.databases.join(', ')}): each has its own history, a command runs on all of them`,
    );
  if (graph.heads.length > 1) {
    stack.problems.push({
      code: 'MIGRATION_ORDER',
      message: `There are ${graph.heads.length} heads: ${graph.heads.join(', ')}. "upgrade head" refuses; "upgrade heads" runs all of them.`,
      next: 'If they are parallel branches, join them with alembic merge heads; if the branches are meant, name the head in each command.',
      file: environment.versions[0] ?? folder,
    });
  }
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

function databaseOf(environment: AlembicEnvironment, script: EnvironmentScript): string | null {
  if (script.variables[0] !== undefined) return script.variables[0];
  if (script.applicationSetting !== null) return script.applicationSetting;
  if (environment.flask) return 'SQLALCHEMY_DATABASE_URI';
  const { url } = environment;
  if (url === null || url.value === '' || templateUrl.test(url.value)) return null;
  return /^%\((\w+)\)s$/.exec(url.value)?.[1] ?? url.name;
}

function readDialect(repository: Repository, environment: AlembicEnvironment, script: EnvironmentScript, stack: Stack): void {
  const names = [
    ...script.variables,
    ...(script.applicationSetting === null ? [] : [script.applicationSetting.replace(/^.*\./, '').toUpperCase()]),
    ...(environment.flask ? ['DATABASE_URL', 'SQLALCHEMY_DATABASE_URI'] : []),
  ];
  const hint = dialectOfEnvironment(repository, stack.folder, names);
  const ini: Dialect = environment.url === null ? 'unknown' : dialectOfUrl(environment.url.value);
  const drivers = pythonDrivers(repository, stack.folder);
  if (hint !== null) {
    stack.dialect = hint.dialect;
    stack.evidence.push(hint.evidence);
  } else if (ini !== 'unknown' && environment.url !== null) {
    stack.dialect = ini;
    stack.evidence.push({ file: environment.url.file, line: environment.url.line, what: `sqlalchemy.url has the scheme of ${ini}` });
    if (names.length > 0) stack.undetermined.push('dialect: taken from the ini, but env.py reads the URL from elsewhere');
  } else {
    stack.dialect = onlyDialect(drivers.map((each) => each.dialect));
    stack.evidence.push(...drivers.filter((each) => each.dialect === stack.dialect).map((each) => each.evidence));
    stack.undetermined.push(
      stack.dialect === 'unknown' ? 'dialect: no URL and no single driver tells it' : 'dialect: taken from the installed driver',
    );
  }
}

function commandOf(
  repository: Repository,
  environment: AlembicEnvironment,
): { command: string[]; evidence: Stack['evidence']; undetermined: string[] } {
  const { folder, config, section } = environment;
  if (environment.flask) {
    const runner = pythonCommand(repository, folder, 'flask', ['python', '-m', 'flask']);
    const application = environmentEntry(repository, folder, 'FLASK_APP');
    const undetermined = application === null ? ['application: FLASK_APP is not set in a .env or .flaskenv; pass --app'] : [];
    const elsewhere =
      environment.scripts !== null && relativeTo(folder, environment.scripts) !== 'migrations'
        ? [`pass -d ${relativeTo(folder, environment.scripts)} after the verb`]
        : [];
    return { command: [...runner.command, 'db'], evidence: runner.evidence, undetermined: [...undetermined, ...elsewhere] };
  }
  const runner = pythonCommand(repository, folder, 'alembic', ['python', '-m', 'alembic']);
  const isDefault = config === null || (parentFolder(config) === folder && /^(alembic\.ini|pyproject\.toml)$/.test(baseName(config)));
  const named = section === 'alembic' || section === 'tool.alembic' ? [] : ['-n', section];
  return {
    command: [...runner.command, ...(isDefault ? [] : ['-c', relativeTo(folder, config)]), ...named],
    evidence: runner.evidence,
    undetermined: [],
  };
}

function list(repository: Repository, stack: Stack): Listing {
  const graph = findOnce(repository, find).find((each) => each.stack.id === stack.id)?.details;
  if (graph === undefined) return { migrations: [], problems: [] };
  const migrations = graph.ordered.map((revision) =>
    newMigration({
      name: revision.id,
      stack: stack.id,
      file: revision.file,
      transactionMode: stack.transactionMode,
      unrendered: 'python',
      notes: revision.notes,
      parents: [...revision.down, ...revision.dependsOn],
    }),
  );
  return { migrations: positioned(migrations), problems: graph.problems };
}

const alembic: MigrationTool = {
  name: 'alembic',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list,
  history: async (call, read) => (await import('./alembic/history.js')).alembicHistory(call, read),
  render: async (call, names, throwAway) => (await import('./alembic/render.js')).renderAlembic(call, names, throwAway),
  create: async (call, wanted, throwAway) => (await import('./alembic/create.js')).createAlembic(call, wanted, throwAway),
  check: async (call, throwAway) => (await import('./alembic/check.js')).checkAlembic(call, throwAway),
  apply: async (call, migration) => (await import('./alembic/run.js')).applyAlembic(call, migration),
  applyUntil: async (call, migration) => (await import('./alembic/run.js')).applyAlembic(call, migration),
  rollback: async (call, migration) => (await import('./alembic/run.js')).rollbackAlembic(call, migration),
  bookkeeping: async (call, migration) => (await import('./alembic/bookkeeping.js')).alembicBookkeeping(call, migration),
  danger: alembicDanger,
};

export default alembic;
