/** The migrations of a Flyway stack: versioned in the order of their versions, repeatable ones last. */
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Script, Stack, TransactionMode } from '../../core/stack.js';
import { baseName, byText } from '../paths.js';
import { readProperties } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { wholeFile } from '../scripts.js';
import { newMigration, positioned, type Listing } from '../tool.js';
import { compareVersions, parseName, type FlywayName, type NamingOptions } from './naming.js';
import { flag, optionText, type FlywaySource } from './options.js';
import { replacePlaceholders } from './placeholders.js';

export interface FlywayFile {
  file: string;
  name: NonNullable<FlywayName>;
  code: boolean;
}

export interface FlywayScan {
  /** What runs on an empty database that has no baseline, in order. */
  versioned: FlywayFile[];
  repeatable: FlywayFile[];
  undo: FlywayFile[];
  baseline: FlywayFile[];
  callbacks: FlywayFile[];
  problems: LockkeeperProblem[];
}

/** Reads names only. Source: Flyway 11.20 looks into locations with all their subfolders. */
export function scanFlyway(repository: Repository, source: FlywaySource, sql: string[], code: string[]): FlywayScan {
  const naming: NamingOptions = {
    versioned: optionText(source, 'sqlMigrationPrefix') ?? 'V',
    repeatable: optionText(source, 'repeatableSqlMigrationPrefix') ?? 'R',
    undo: optionText(source, 'undoSqlMigrationPrefix') ?? 'U',
    baseline: optionText(source, 'baselineMigrationPrefix') ?? 'B',
    separator: optionText(source, 'sqlMigrationSeparator') ?? '__',
    suffixes: (optionText(source, 'sqlMigrationSuffixes') ?? '.sql').split(',').map((each) => each.trim()),
  };
  const scan: FlywayScan = { versioned: [], repeatable: [], undo: [], baseline: [], callbacks: [], problems: [] };
  for (const file of new Set(sql.flatMap((folder) => repository.filesUnder(folder)))) {
    const name = parseName(baseName(file), naming);
    if (name === null) continue;
    if (name.type === 'invalid') {
      scan.problems.push({
        code: 'CONFIG_INVALID',
        message: `${file} is no name for a migration (${name.reason}): Flyway skips it without a word.`,
        next: `Rename it to ${naming.versioned}<version>${naming.separator}<description>${naming.suffixes[0] ?? '.sql'}, or set validateMigrationNaming.`,
        file,
      });
    } else (name.type === 'callback' ? scan.callbacks : scan[name.type]).push({ file, name, code: false });
  }
  for (const file of new Set(code.flatMap((folder) => repository.filesUnder(folder)))) {
    const name = /\.(java|kt|groovy)$/.test(file)
      ? parseName(baseName(file).replace(/\.\w+$/, ''), {
          ...naming,
          versioned: 'V',
          repeatable: 'R',
          undo: 'U',
          baseline: 'B',
          separator: '__',
          suffixes: [''],
        })
      : null;
    if (name !== null && name.type !== 'invalid' && name.type !== 'callback') scan[name.type].push({ file, name, code: true });
  }
  const byVersion = (a: FlywayFile, b: FlywayFile): number => compareVersions(versionOf(a), versionOf(b)) || byText(a.file, b.file);
  for (const list of [scan.versioned, scan.undo, scan.baseline]) list.sort(byVersion);
  scan.repeatable.sort((a, b) => byText(descriptionOf(a), descriptionOf(b)));
  scan.versioned.forEach((each, at) => {
    const before = scan.versioned[at - 1];
    if (before === undefined || compareVersions(versionOf(before), versionOf(each)) !== 0) return;
    scan.problems.push({
      code: 'MIGRATION_ORDER',
      message: `${baseName(before.file)} and ${baseName(each.file)} have the same version ${versionOf(each)}: Flyway refuses every command.`,
      next: 'Renumber the one that nobody applied.',
      file: each.file,
    });
  });
  for (const each of scan.undo) {
    if (scan.versioned.some((other) => compareVersions(versionOf(other), versionOf(each)) === 0)) continue;
    scan.problems.push({
      code: 'MIGRATION_NOT_FOUND',
      message: `${baseName(each.file)} undoes version ${versionOf(each)}, which does not exist.`,
      next: 'Restore the versioned migration, or remove the undo script.',
      file: each.file,
    });
  }
  return scan;
}

/** A baseline migration stands for all up to its version; where those files are still there, they tell more. */
export function standingBaselines(scan: FlywayScan): FlywayFile[] {
  const newest = scan.baseline.at(-1);
  if (newest === undefined || scan.versioned.some((each) => compareVersions(versionOf(each), versionOf(newest)) <= 0)) return [];
  return [newest];
}

/** Transaction mode of the stack as a whole. */
export function flywayMode(source: FlywaySource): TransactionMode {
  if (!flag(source, 'executeInTransaction', true)) return 'none';
  return flag(source, 'group', false) ? 'all' : 'automatic';
}

/** Migrations with their SQL; an undo script is the way down of its version. */
export function listFlyway(repository: Repository, stack: Stack, source: FlywaySource, scan: FlywayScan): Listing {
  const problems: LockkeeperProblem[] = [...scan.problems];
  const migrations: Migration[] = [];
  for (const each of [...standingBaselines(scan), ...scan.versioned, ...scan.repeatable]) {
    const given = { name: baseName(each.file), stack: stack.id, file: each.file };
    if (each.code) {
      migrations.push(newMigration({ ...given, transactionMode: stack.transactionMode, unrendered: 'java' }));
      continue;
    }
    const notes: Migration['notes'] = [];
    const up = scriptOf(repository, source, each.file, notes, problems);
    if (up === null) continue;
    if (each.name.type === 'baseline')
      notes.push({ message: 'baseline migration: runs on an empty database only, in place of all versions up to its own', line: null });
    if (each.name.type === 'repeatable')
      notes.push({ message: 'repeatable: runs again, after all versioned ones, whenever its text changes', line: null });
    const undo =
      each.name.type === 'versioned'
        ? scan.undo.find((other) => compareVersions(versionOf(other), versionOf(each)) === 0 && !other.code)
        : undefined;
    const down = undo === undefined ? null : scriptOf(repository, source, undo.file, notes, problems);
    if (down !== null) notes.push({ message: 'the undo script runs in paid editions only', line: null });
    migrations.push(
      newMigration({
        ...given,
        up: up.script,
        down: down?.script ?? null,
        transactionMode: up.mode ?? stack.transactionMode,
        notes,
        ...(down?.mode ? { downTransactionMode: down.mode } : {}),
      }),
    );
  }
  problems.push(...scan.callbacks.flatMap(besides));
  return { migrations: positioned(migrations), problems };
}

/** SQL that Flyway runs at every migrate beside the migrations. */
function besides({ file, name }: FlywayFile): LockkeeperProblem[] {
  const event = name.type === 'callback' ? name.event : '';
  if (/Clean|Info|Validate|Baseline|Repair|Undo/.test(event)) return [];
  return [
    {
      code: 'NOT_RENDERED',
      message: `${baseName(file)} runs at every migrate beside the migrations (callback ${event}), and is not judged with them.`,
      next: `Judge it as a file: lockkeeper assess ${file}.`,
      file,
    },
  ];
}

/** A script with its own settings from `<file>.conf`. */
function scriptOf(
  repository: Repository,
  source: FlywaySource,
  file: string,
  notes: Migration['notes'],
  problems: LockkeeperProblem[],
): { script: Script; mode: TransactionMode | null } | null {
  const script = wholeFile(repository, file, problems);
  if (script === null) return null;
  const own = repository.hasFile(`${file}.conf`)
    ? readProperties(repository.tryRead(`${file}.conf`) ?? '')
    : new Map<string, { value: string; line: number }>();
  const value = (key: string): string | null => own.get(key)?.value.trim().toLowerCase() ?? null;
  const inTransaction = value('executeInTransaction');
  const execute = own.get('shouldExecute');
  if (execute !== undefined) notes.push({ message: 'shouldExecute in its .conf decides whether it runs at all', line: null });
  const sql = replacePlaceholders(script.sql, file, source, notes, value('placeholderReplacement') !== 'false');
  return { script: { ...script, sql }, mode: inTransaction === 'false' ? 'none' : inTransaction === 'true' ? 'per-file' : null };
}

function versionOf(each: FlywayFile): string {
  return 'version' in each.name ? each.name.version : '0';
}

function descriptionOf(each: FlywayFile): string {
  return 'description' in each.name ? each.name.description : '';
}
