/** What the rest of a repository says of its goose folders: `GOOSE_*`, commands, embedding code. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import { commandEvidence, commandMatches, shellVariables } from '../command-files.js';
import { dialectOfName, onlyDialect } from '../dialect.js';
import { joinPath, parentFolder } from '../paths.js';
import { databaseVariables } from '../readers/environment-hint.js';
import { environmentFiles, environmentFilesUnder, environmentOfFile } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { goDrivers, goFiles, goMatches, type GoModule } from '../runners/go.js';

/** A folder that something names as goose's. */
export interface NamedFolder {
  folder: string;
  /** Folder in which the command runs, if a command or `.env` names it. */
  runIn: string | null;
  evidence: StackEvidence;
}

export interface GooseSettings {
  named: NamedFolder[];
  dialect: Dialect;
  databaseSetting: string | null;
  table: string | null;
  /** Code that runs goose inside the application. */
  embedded: StackEvidence[];
  usesCommand: boolean;
  evidence: StackEvidence[];
}

const gooseCommand = /(?:^|[\s"'`@/=&|;])goose(?:@\S+)?["']?\s+(.*)$/;

/** Reads the settings that count for a Go module, or for a folder when there is none. */
export function gooseSettings(repository: Repository, folder: string, module: GoModule | null): GooseSettings {
  const settings: GooseSettings = {
    named: [],
    dialect: 'unknown',
    databaseSetting: null,
    table: null,
    embedded: [],
    usesCommand: false,
    evidence: [],
  };
  readEnvironment(repository, folder, settings);
  readCommands(repository, folder, settings);
  if (module !== null) readCode(repository, module, settings);
  if (settings.dialect === 'unknown') {
    const drivers = goDrivers(module);
    settings.dialect = onlyDialect(drivers.map((driver) => driver.dialect));
    const used = drivers.find((driver) => driver.dialect === settings.dialect);
    if (used !== undefined) settings.evidence.push({ file: module!.file, line: used.line, what: `requires the driver ${used.path}` });
  }
  return settings;
}

function readEnvironment(repository: Repository, folder: string, settings: GooseSettings): void {
  for (const file of new Set([...environmentFiles(repository, folder), ...environmentFilesUnder(repository, folder)])) {
    const entries = environmentOfFile(repository, file);
    const driver = entries.get('GOOSE_DRIVER');
    const directory = entries.get('GOOSE_MIGRATION_DIR');
    const database = entries.get('GOOSE_DBSTRING');
    if (driver !== undefined && settings.dialect === 'unknown') {
      settings.dialect = dialectOfName(driver.value);
      settings.evidence.push({ file, line: driver.line, what: 'GOOSE_DRIVER' });
    }
    if (directory !== undefined)
      name(repository, settings, parentFolder(file), directory.value, { file, line: directory.line, what: 'GOOSE_MIGRATION_DIR' });
    if (database !== undefined) settings.databaseSetting ??= 'GOOSE_DBSTRING';
    settings.table ??= entries.get('GOOSE_TABLE')?.value ?? null;
    settings.usesCommand ||= driver !== undefined || directory !== undefined || database !== undefined;
  }
}

function readCommands(repository: Repository, folder: string, settings: GooseSettings): void {
  for (const found of commandMatches(repository, folder, /GOOSE_MIGRATION_DIR["']?\s*[:=?]+\s*["']?([^\s"']+)/, 'GOOSE_MIGRATION_DIR')) {
    name(repository, settings, found.folder, found.match[1]!, commandEvidence(found, 'GOOSE_MIGRATION_DIR'));
  }
  for (const found of commandMatches(repository, folder, gooseCommand, 'goose')) {
    const written = found.match[1]!;
    if (!/\b(up|up-by-one|up-to|status|down|create|validate|version|redo|reset)\b/.test(written)) continue;
    settings.usesCommand = true;
    const directory = /-dir[= ]["']?([^\s"']+)/.exec(written)?.[1];
    if (directory !== undefined) name(repository, settings, found.folder, directory, commandEvidence(found, 'goose -dir'));
    const table = /-table[= ]["']?([\w.]+)/.exec(written)?.[1];
    settings.table ??= table ?? null;
    const driver = /\b(postgres|pgx|mysql|sqlite3?|turso)\b\s+(\S+)/.exec(written.replace(/-dir[= ]\S+/, ''));
    if (driver === null) continue;
    if (settings.dialect === 'unknown') settings.dialect = dialectOfName(driver[1]!);
    settings.databaseSetting ??= databaseVariables(shellVariables(driver[2]!))[0] ?? null;
    settings.evidence.push(commandEvidence(found, `goose ${driver[1]!}`));
  }
}

function readCode(repository: Repository, module: GoModule, settings: GooseSettings): void {
  const files = goFiles(repository, module).filter((file) => repository.peek(file).includes('pressly/goose'));
  const running = goMatches(repository, files, /\bgoose\.(Up\w*|Run\w*|NewProvider|SetBaseFS|Status\w*)\(/, 'goose.').filter(
    ({ match }) => match[1] !== 'Status',
  );
  for (const { file, line, match } of running.slice(0, 5))
    settings.embedded.push({ file, line, what: `goose.${match[1]!}: the application runs goose itself` });
  for (const { file, line, match } of goMatches(repository, files, /^\s*\/\/go:embed\s+(.+?)\s*$/, 'go:embed')) {
    for (const pattern of match[1]!.split(/\s+/)) {
      const folder = /^(.*?)\/?[^/]*\*.*$|^(.*)$/.exec(pattern.replace(/^all:/, ''));
      name(repository, settings, parentFolder(file), folder?.[1] ?? folder?.[2] ?? '.', { file, line, what: 'go:embed' });
    }
  }
  for (const { file, line, match } of goMatches(repository, files, /\bgoose\.(?:Up|Run)\w*\([^"]*"([^"]+)"/, 'goose.')) {
    if (/[./]|migrat/.test(match[1]!)) {
      for (const base of [module.folder, parentFolder(file)])
        name(repository, settings, base, match[1]!, { file, line, what: 'folder given to goose' }, true);
    }
  }
  if (settings.dialect === 'unknown') {
    const given = goMatches(
      repository,
      files,
      /\bgoose\.(?:SetDialect\("(\w+)"\)|SetDialect\(goose\.Dialect(\w+)\)|Dialect(\w+))|NewProvider\(\s*database\.Dialect(\w+)/,
      'ialect',
    ).map(({ file, line, match }) => ({ file, line, dialect: dialectOfName(match.slice(1).find((name) => name !== undefined) ?? '') }));
    settings.dialect = onlyDialect(given.map((each) => each.dialect));
    for (const { file, line, dialect } of given)
      if (dialect === settings.dialect && dialect !== 'unknown') settings.evidence.push({ file, line, what: 'dialect given to goose' });
  }
  settings.table ??=
    goMatches(repository, files, /\bgoose\.(?:SetTableName|WithTableName)\("([\w.]+)"\)/, 'TableName')[0]?.match[1] ?? null;
  const variables = goMatches(repository, files, /\bos\.(?:Getenv|LookupEnv)\("(\w+)"\)/, 'os.').map(({ match }) => match[1]!);
  settings.databaseSetting ??= databaseVariables(variables)[0] ?? null;
}

function name(
  repository: Repository,
  settings: GooseSettings,
  base: string,
  written: string,
  evidence: StackEvidence,
  onlyExisting = false,
): void {
  if (/[$*{}()]/.test(written)) return; // Computed by the shell: nothing to go by.
  // A command written in a script folder usually runs from the root of the project.
  const folders = [...new Set([base, '.'])].flatMap((each) => joinPath(each, written) ?? []);
  const folder = folders.find((each) => repository.hasFolder(each)) ?? (onlyExisting ? undefined : folders[0]);
  if (
    folder === undefined ||
    folder === '.' ||
    settings.named.some((each) => each.folder === folder && each.evidence.file === evidence.file && each.evidence.line === evidence.line)
  )
    return;
  settings.named.push({ folder, runIn: evidence.what === 'go:embed' || evidence.what === 'folder given to goose' ? null : base, evidence });
}
