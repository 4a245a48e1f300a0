/** The folders of one Diesel migrations directory, their order and their transaction. */
import { parse as parseToml } from 'smol-toml';
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack, TransactionMode } from '../../core/stack.js';
import { baseName, byText } from '../paths.js';
import type { Repository } from '../repository.js';
import { wholeFile } from '../scripts.js';
import { lineOf, newMigration, positioned, type Listing } from '../tool.js';

export interface DieselEntry {
  folder: string;
  /** Folder name up to the first `_`, without `-`. */
  version: string;
}

/** Migration folders in Diesel's order: the text order of their versions. */
export function dieselEntries(repository: Repository, folder: string): DieselEntry[] {
  return repository
    .foldersIn(folder)
    .filter(
      (each) =>
        !baseName(each).startsWith('.') && ['up.sql', 'down.sql', 'metadata.toml'].some((file) => repository.hasFile(`${each}/${file}`)),
    )
    .map((each) => ({ folder: each, version: baseName(each).split('_')[0]!.replaceAll('-', '') }))
    .sort((a, b) => byText(a.version, b.version) || byText(a.folder, b.folder));
}

/** What is wrong with the folders: two of one version, no up.sql. */
export function dieselProblems(repository: Repository, entries: DieselEntry[]): LockkeeperProblem[] {
  return entries.flatMap((entry, at): LockkeeperProblem[] => {
    const problems: LockkeeperProblem[] = [];
    if (entries[at - 1]?.version === entry.version) {
      problems.push({
        code: 'MIGRATION_ORDER',
        message: `${baseName(entries[at - 1]!.folder)} and ${baseName(entry.folder)} have the same version ${entry.version}.`,
        next: 'Rename the one that nobody applied.',
        file: entry.folder,
      });
    }
    if (!repository.hasFile(`${entry.folder}/up.sql`)) {
      problems.push({
        code: 'MIGRATION_NOT_FOUND',
        message: `${entry.folder} has no up.sql: diesel migration run fails there.`,
        next: 'Restore the file, or delete the folder if it was never applied.',
        file: entry.folder,
      });
    }
    return problems;
  });
}

/**
 * Transaction of one folder. Measured with diesel_cli 2.3.12: a metadata.toml that parses but lacks the key means no transaction,
 * one that does not parse means a transaction.
 */
function transactionOf(repository: Repository, folder: string, notes: Migration['notes']): TransactionMode {
  const file = `${folder}/metadata.toml`;
  if (!repository.hasFile(file)) return 'per-file';
  const text = repository.tryRead(file) ?? '';
  let value: unknown;
  try {
    value = parseToml(text)['run_in_transaction'];
  } catch {
    notes.push({ message: 'metadata.toml is not valid TOML: Diesel ignores it and runs in a transaction', line: null });
    return 'per-file';
  }
  if (value === undefined) {
    notes.push({ message: 'metadata.toml without run_in_transaction: Diesel takes that as false and uses no transaction', line: null });
    return 'one-string';
  }
  if (value === false) return 'one-string';
  if (value !== true)
    notes.push({ message: 'run_in_transaction in metadata.toml is no boolean', line: lineOf(text, 'run_in_transaction') });
  return 'per-file';
}

/** Migrations of a stack with their scripts. */
export function listDiesel(repository: Repository, stack: Stack): Listing {
  const problems: LockkeeperProblem[] = [];
  const migrations: Migration[] = [];
  for (const directory of stack.migrationFolders) {
    const entries = dieselEntries(repository, directory);
    problems.push(...dieselProblems(repository, entries));
    for (const { folder } of entries) {
      const notes: Migration['notes'] = [];
      const transactionMode = transactionOf(repository, folder, notes);
      const script = (name: string) =>
        repository.hasFile(`${folder}/${name}`) ? wholeFile(repository, `${folder}/${name}`, problems) : null;
      const up = script('up.sql');
      const down = script('down.sql');
      if (up === null) continue;
      if (down === null) notes.push({ message: "no down.sql: diesel migration revert fails with Missing 'down.sql'", line: null });
      if (up.sql.trim() === '') notes.push({ message: 'up.sql is empty', line: null });
      migrations.push(newMigration({ name: baseName(folder), stack: stack.id, file: up.file, up, down, transactionMode, notes }));
    }
  }
  return { migrations: positioned(migrations), problems };
}
