/** goose: numbered SQL files with `-- +goose` annotations, and Go migrations. */
import type { Stack } from '../core/stack.js';
import { dialectOfName } from './dialect.js';
import { baseName, isUnder, parentFolder, relativeTo } from './paths.js';
import { gooseDanger } from './goose/danger.js';
import { duplicateVersions, gooseEntries, listGoose } from './goose/folder.js';
import { gooseSettings, type GooseSettings } from './goose/settings.js';
import type { Repository } from './repository.js';
import { goEvidence, goModules, goRequirement, owningGoModule, type GoModule } from './runners/go.js';
import { orderOfNumbers, sqlFolders } from './sql-folders.js';
import { findOnce, newStack, withoutRepeats, type Found, type MigrationTool } from './tool.js';

const modulePath = 'github.com/pressly/goose';

interface Candidate {
  folder: string;
  module: GoModule | null;
  seen: Stack['evidence'];
}

function find(repository: Repository): Found<null>[] {
  const candidates = new Map<string, Candidate>();
  const add = (folder: string, seen: Stack['evidence'][number]): void => {
    const candidate = candidates.get(folder) ?? { folder, module: owningGoModule(repository, folder), seen: [] };
    candidate.seen.push(seen);
    candidates.set(folder, candidate);
  };
  for (const { folder, marker } of sqlFolders(repository))
    if (marker?.tool === 'goose') add(folder, { file: marker.file, line: marker.line, what: '-- +goose Up' });
  for (const file of repository.withExtension('go')) {
    if (!/\/?\d+_[^/]*\.go$/.test(file) || file.endsWith('_test.go')) continue;
    const found = /\bgoose\.Add(Named)?Migration\w*\(/.exec(repository.peek(file));
    if (found !== null)
      add(parentFolder(file), { file, line: repository.peek(file).slice(0, found.index).split('\n').length, what: 'goose.AddMigration' });
  }
  const settings = new Map<GoModule | null, GooseSettings>();
  const settingsOf = (module: GoModule | null): GooseSettings => {
    const known = settings.get(module) ?? gooseSettings(repository, module?.folder ?? '.', module);
    settings.set(module, known);
    return known;
  };
  // Folders that the tool's own settings name, though nothing in them shows it yet.
  for (const module of [
    ...goModules(repository).filter((each) => goRequirement(each, modulePath) !== null),
    ...(goModules(repository).length === 0 ? [null] : []),
  ]) {
    for (const { folder, evidence } of settingsOf(module).named) {
      const explicit = /GOOSE_|goose/.test(evidence.what);
      if (!candidates.has(folder) && explicit && ![...candidates.keys()].some((other) => isUnder(other, folder))) {
        candidates.set(folder, { folder, module, seen: [evidence] });
      }
    }
  }
  const real = [...candidates.values()].filter(
    ({ folder, module }) => gooseEntries(repository, folder).length > 0 || settingsOf(module).named.some((each) => each.folder === folder),
  );
  return real.map((candidate) => ({ stack: stackOf(repository, candidate, settingsOf(candidate.module)), details: null }));
}

function stackOf(repository: Repository, { folder, module, seen }: Candidate, settings: GooseSettings): Stack {
  const entries = gooseEntries(repository, folder);
  const naming = settings.named.filter((each) => each.folder === folder);
  const requirement = goRequirement(module, modulePath);
  const home = module?.folder ?? naming.find((each) => each.runIn !== null)?.runIn ?? (folder === '.' ? '.' : parentFolder(folder));
  const stack = newStack({
    tool: 'goose',
    supported: true,
    folder: home,
    toolVersion: requirement?.version.replace(/^v/, '') ?? null,
    dialect: settings.dialect,
    migrationFolders: [folder],
    order: orderOfNumbers(entries.map((entry) => String(entry.version))),
    migrationCount: entries.length,
    transactionMode: 'per-file',
    databaseSetting: settings.databaseSetting,
    evidence: [
      ...seen,
      ...(requirement === null ? [] : [goEvidence(module!, requirement)]),
      ...naming.map((each) => each.evidence),
      ...settings.evidence,
      ...settings.embedded,
    ],
    problems: duplicateVersions(entries),
    settings: { historyTable: settings.table ?? 'goose_db_version' },
  });
  if (stack.dialect === 'unknown') stack.dialect = dialectOfName(baseName(folder)); // A folder for each database is usual where there are several.
  const goMigrations = entries.some((entry) => entry.kind === 'go');
  const tool = module?.tools.find((each) => each.path.startsWith(modulePath));
  if (goMigrations) stack.undetermined.push("command: there are Go migrations, which only the project's own program can run");
  else if (tool !== undefined) {
    stack.command = ['go', 'tool', 'goose'];
    stack.evidence.push({ file: module!.file, line: tool.line, what: 'go.mod tool directive' });
  } else if (requirement !== null) stack.command = ['go', 'run', `${modulePath}/v3/cmd/goose@${requirement.version}`];
  else {
    stack.command = ['goose'];
    stack.undetermined.push('version of goose: no go.mod requires it; the program on PATH counts');
  }
  if (settings.embedded.length > 0)
    stack.undetermined.push('the application runs goose itself: when, and with which options, must be asked');
  if (naming.length === 0) stack.undetermined.push(`folder: nothing names ${relativeTo(home, folder)}; commands need -dir`);
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: neither GOOSE_DRIVER, a command, code nor one driver tells it');
  if (settings.databaseSetting === null)
    stack.undetermined.push('database: no GOOSE_DBSTRING, and no command or code that names a variable');
  if (!repository.hasFolder(folder))
    stack.problems.push({
      code: 'PATH_NOT_FOUND',
      message: `goose is told to use ${folder}, which does not exist.`,
      next: 'Create the folder, or correct the setting.',
      file: naming[0]?.evidence.file ?? folder,
    });
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const goose: MigrationTool = {
  name: 'goose',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list: listGoose,
  history: async (call, read) => (await import('./goose/history.js')).gooseHistory(call, read),
  create: async (call, wanted) => (await import('./goose/create.js')).createGoose(call, wanted),
  apply: async (call, migration) => (await import('./goose/run.js')).applyGoose(call, migration),
  applyUntil: async (call, migration) => (await import('./goose/run.js')).applyGooseUntil(call, migration),
  rollback: async (call, migration) => (await import('./goose/run.js')).rollbackGoose(call, migration),
  bookkeeping: async (call, migration) => (await import('./goose/bookkeeping.js')).gooseBookkeeping(call, migration),
  danger: gooseDanger,
};

export default goose;
