/** Diesel: one folder a migration with up.sql, down.sql and metadata.toml. */
import type { Dialect, Stack } from '../core/stack.js';
import { dialectOfName, onlyDialect } from './dialect.js';
import { dieselProjects, type DieselProject } from './diesel/config.js';
import { dieselDanger } from './diesel/danger.js';
import { dieselEntries, dieselProblems, listDiesel } from './diesel/folder.js';
import { baseName } from './paths.js';
import { dialectOfEnvironment } from './readers/environment-hint.js';
import type { Repository } from './repository.js';
import { cargoDependency } from './runners/rust.js';
import { findOnce, newStack, withoutRepeats, type Found, type MigrationTool } from './tool.js';

function find(repository: Repository): Found<null>[] {
  return dieselProjects(repository).map((project) => ({ stack: stackOf(repository, project), details: null }));
}

function stackOf(repository: Repository, project: DieselProject): Stack {
  const entries = dieselEntries(repository, project.migrations);
  const dependency = project.cargo === null ? null : cargoDependency(repository, project.cargo, 'diesel');
  const stack = newStack({
    tool: 'diesel',
    supported: true,
    folder: project.folder,
    toolVersion: dependency?.version ?? null,
    migrationFolders: [project.migrations],
    order: 'timestamp',
    migrationCount: entries.length,
    command: ['diesel'],
    databaseSetting: 'DATABASE_URL',
    transactionMode: 'per-file',
    evidence: project.evidence,
    undetermined: project.undetermined,
    problems: dieselProblems(repository, entries),
    settings: {
      historyTable: '__diesel_schema_migrations',
      ...(project.config === null ? {} : { config: project.config }),
      ...(project.schema === null ? {} : { schema: project.schema }),
    },
  });
  readDialect(
    repository,
    project,
    stack,
    dependency?.features ?? [],
    entries.map((entry) => baseName(entry.folder)),
  );
  if (dependency === null) stack.undetermined.push('version of diesel: no Cargo.toml depends on it');
  stack.undetermined.push('version of the diesel program: it is not part of the project, the one on PATH counts');
  if (project.embedded) stack.undetermined.push('the application may run the migrations itself when it starts');
  if (!repository.hasFolder(project.migrations)) {
    stack.migrationFolders = [];
    stack.undetermined.push(`folder: ${project.migrations} does not exist`);
  }
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

/** Dialect: the feature in Cargo.toml, the URL's scheme in `.env`, or the functions that `diesel setup` writes on PostgreSQL. */
function readDialect(repository: Repository, project: DieselProject, stack: Stack, features: string[], names: string[]): void {
  const named = features.map((feature) => dialectOfName(feature.replace(/_backend$|-bundled$/, '')));
  const hint = dialectOfEnvironment(repository, project.folder, ['DATABASE_URL']);
  // A folder for each database is usual where there are several.
  const fromFolder: Dialect = dialectOfName(baseName(project.migrations));
  stack.dialect = onlyDialect(named);
  if (stack.dialect === 'unknown' && fromFolder !== 'unknown') stack.dialect = fromFolder;
  if (stack.dialect === 'unknown' && names.some((name) => name.endsWith('diesel_initial_setup'))) {
    stack.dialect = 'postgres';
    stack.evidence.push({
      file: `${project.migrations}/${names.find((name) => name.endsWith('diesel_initial_setup'))!}/up.sql`,
      line: null,
      what: 'set-up functions that diesel writes on PostgreSQL',
    });
  }
  if (stack.dialect === 'unknown' && hint !== null) {
    stack.dialect = hint.dialect;
    stack.evidence.push(hint.evidence);
  }
  if (stack.dialect === 'unknown')
    stack.undetermined.push('dialect: no single feature in Cargo.toml, nor DATABASE_URL in a .env, tells it');
}

const diesel: MigrationTool = {
  name: 'diesel',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list: listDiesel,
  history: async (call, read) => (await import('./diesel/history.js')).dieselHistory(call, read),
  create: async (call, wanted) => (await import('./diesel/create.js')).createDiesel(call, wanted),
  check: async (call, throwAway) => (await import('./diesel/check.js')).checkDiesel(call, throwAway),
  apply: async (call, migration) => (await import('./diesel/run.js')).applyDiesel(call, migration),
  applyUntil: async (call, migration) => (await import('./diesel/run.js')).applyDieselUntil(call, migration),
  rollback: async (call, migration) => (await import('./diesel/run.js')).rollbackDiesel(call, migration),
  bookkeeping: async (call, migration) => (await import('./diesel/bookkeeping.js')).dieselBookkeeping(call, migration),
  danger: dieselDanger,
};

export default diesel;
