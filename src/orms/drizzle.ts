/** Drizzle: `drizzle.config.*`, and a folder with a journal (0.x) or one folder a migration (1.0). */
import type { Dialect, Stack } from '../core/stack.js';
import { dialectOfName } from './dialect.js';
import { drizzleConfigs, type DrizzleConfig } from './drizzle/config.js';
import { drizzleDanger } from './drizzle/danger.js';
import { drizzleFolder, listDrizzle } from './drizzle/folder.js';
import { baseName, parentFolder } from './paths.js';
import { at, readJson } from './readers/formats.js';
import type { Repository } from './repository.js';
import { javascriptCommand, owningPackage, packageVersion, scriptsWith } from './runners/javascript.js';
import { findOnce, newStack, withoutRepeats, type Found, type MigrationTool } from './tool.js';

function find(repository: Repository): Found<null>[] {
  const found: Found<null>[] = [];
  const claimed = new Map<string, Stack>();
  for (const config of drizzleConfigs(repository)) {
    const twin = claimed.get(config.out ?? '');
    if (twin !== undefined) {
      // Several configs for one folder (development, production) are one stack.
      twin.evidence.push(...config.evidence);
      twin.undetermined.push(`${config.file} configures the same folder: which config a command uses must be chosen with --config`);
      continue;
    }
    const stack = stackOf(repository, config);
    if (config.out !== null) claimed.set(config.out, stack);
    found.push({ stack, details: null });
  }
  for (const journal of repository.named('_journal.json')) {
    const folder = parentFolder(parentFolder(journal));
    if (claimed.has(folder) || !journal.endsWith('meta/_journal.json') || !isJournal(repository, journal)) continue;
    found.push({ stack: stackOf(repository, withoutConfig(repository, folder, journal)), details: null });
  }
  return found;
}

/** A journal that no config names: the application calls `migrate()` itself. */
function withoutConfig(repository: Repository, folder: string, journal: string): DrizzleConfig {
  return {
    file: journal,
    folder: owningPackage(repository, folder)?.folder ?? parentFolder(folder),
    out: folder,
    dialect: 'unknown',
    databaseSetting: null,
    variables: [],
    settings: {},
    evidence: [],
    undetermined: ['no Drizzle config names this folder: the application seems to run migrate() itself', 'database: not configured'],
  };
}

function isJournal(repository: Repository, journal: string): boolean {
  const entries = at(readJson(repository, journal), 'entries');
  return Array.isArray(entries) && entries.every((entry) => typeof at(entry, 'tag') === 'string' && at(entry, 'idx') !== undefined);
}

function stackOf(repository: Repository, config: DrizzleConfig): Stack {
  const { folder, out } = config;
  const migrations = out === null ? null : drizzleFolder(repository, out);
  const version = packageVersion(repository, folder, 'drizzle-kit');
  const runner = javascriptCommand(repository, folder, 'drizzle-kit');
  const dialect: Dialect = config.dialect === 'unknown' ? dialectOfName(migrations?.dialect ?? '') : config.dialect;
  const owner = owningPackage(repository, folder);
  const pushes =
    owner === null
      ? []
      : scriptsWith(repository, owner, /\bdrizzle-kit\s+push\b/).filter(
          (script) => !script.text.includes('--config') || script.text.includes(baseName(config.file)),
        );
  const managed = migrations === null || migrations.format !== 'empty';
  const stack = newStack({
    tool: 'drizzle',
    supported: true,
    folder,
    toolVersion: version.version,
    dialect,
    command: runner.command,
    migrationFolders: out === null || (!managed && !repository.hasFolder(out)) ? [] : [out],
    order: migrations?.format === 'folders' ? 'timestamp' : 'journal',
    migrationCount: migrations?.entries.length ?? 0,
    transactionMode: 'all',
    databaseSetting: config.databaseSetting,
    workflow: managed ? 'managed' : 'push',
    workflowNote: managed
      ? null
      : 'There are no migrations: the schema is pushed to the database (drizzle-kit push), or nothing was generated yet. A push has no history, no review and no way back.',
    evidence: [...config.evidence, ...version.evidence, ...runner.evidence],
    undetermined: [
      ...config.undetermined.filter(
        (each) => dialect === 'unknown' || (!each.startsWith('dialect: computed') && !each.endsWith('names none')),
      ),
      ...version.undetermined,
      ...runner.undetermined,
    ],
    problems: migrations?.problems ?? [],
    settings: {
      historyTable: '__drizzle_migrations',
      ...(dialect === 'postgres' ? { historySchema: 'drizzle' } : {}),
      ...config.settings,
      config: config.file,
      ...(migrations === null ? {} : { format: migrations.format }),
    },
  });
  if (migrations?.format === 'journal')
    stack.evidence.push({ file: `${out}/meta/_journal.json`, line: null, what: 'journal of migrations' });
  if (config.dialect !== 'unknown' && migrations?.dialect && dialectOfName(migrations.dialect) !== config.dialect) {
    stack.problems.push({
      code: 'CONFIG_INVALID',
      message: `The config's dialect is not that of the journal (${migrations.dialect}).`,
      next: 'Use another out folder for another dialect.',
      file: config.file,
    });
  }
  for (const script of pushes)
    stack.evidence.push({ file: owner!.file, line: script.line, what: `script ${script.name} pushes the schema` });
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const drizzle: MigrationTool = {
  name: 'drizzle',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list: listDrizzle,
  history: async (call, read) => (await import('./drizzle/history.js')).drizzleHistory(call, read),
  create: async (call, wanted) => (await import('./drizzle/create.js')).createDrizzle(call, wanted),
  check: async (call) => (await import('./drizzle/check.js')).checkDrizzle(call),
  apply: async (call, migration) => (await import('./drizzle/run.js')).applyDrizzle(call, migration),
  applyUntil: async (call, migration) => (await import('./drizzle/run.js')).applyDrizzleUntil(call, migration),
  rollback: async (call, migration) => (await import('./drizzle/run.js')).rollbackDrizzle(call, migration),
  bookkeeping: async (call, migration) => (await import('./drizzle/bookkeeping.js')).drizzleBookkeeping(call, migration),
  danger: drizzleDanger,
};

export default drizzle;
