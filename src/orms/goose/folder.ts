/** The files of one goose folder, in goose's order. */
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import { baseName, byText } from '../paths.js';
import type { Repository } from '../repository.js';
import { wholeFile } from '../scripts.js';
import { newMigration, positioned, type Listing } from '../tool.js';
import { parseGoose } from './annotations.js';

export interface GooseEntry {
  file: string;
  version: bigint;
  kind: 'sql' | 'go';
}

/** Versioned files of a folder, by number; goose does not look into subfolders. */
export function gooseEntries(repository: Repository, folder: string): GooseEntry[] {
  const entries = repository.filesIn(folder).flatMap((file): GooseEntry[] => {
    const found = /^(\d+)_.*\.(sql|go)$/.exec(baseName(file));
    if (found === null || file.endsWith('_test.go')) return [];
    if (found[2] === 'go' && !/\bAdd(Named)?Migration/.test(repository.peek(file))) return [];
    const version = BigInt(found[1]!);
    return version > 0n ? [{ file, version, kind: found[2] as 'sql' | 'go' }] : [];
  });
  return entries.sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : byText(a.file, b.file)));
}

/** Files of one version: goose panics on them. */
export function duplicateVersions(entries: GooseEntry[]): LockkeeperProblem[] {
  return entries.flatMap((entry, at) => {
    const before = entries[at - 1];
    if (before?.version !== entry.version) return [];
    return [
      {
        code: 'MIGRATION_ORDER' as const,
        message: `${baseName(before.file)} and ${baseName(entry.file)} have the same version ${entry.version}: goose panics.`,
        next: 'Rename the one that nobody applied.',
        file: entry.file,
      },
    ];
  });
}

/** Migrations of a stack with their sections. */
export function listGoose(repository: Repository, stack: Stack): Listing {
  const problems: LockkeeperProblem[] = [];
  const migrations: Migration[] = [];
  for (const folder of stack.migrationFolders) {
    const entries = gooseEntries(repository, folder);
    problems.push(...duplicateVersions(entries));
    for (const { file, kind } of entries) {
      const whole = wholeFile(repository, file, problems);
      if (whole === null) continue;
      const given = { name: baseName(file), stack: stack.id, file };
      if (kind === 'go') {
        const noTransaction = /\bAdd(Named)?MigrationNoTx/.test(whole.sql);
        migrations.push(newMigration({ ...given, transactionMode: noTransaction ? 'none' : 'per-file', unrendered: 'go' }));
        continue;
      }
      const parsed = parseGoose(file, whole.sql);
      for (const { message, line } of parsed.errors) {
        problems.push({
          code: 'CONFIG_INVALID',
          message: `${file}: ${message}; goose refuses the file.`,
          next: 'Correct the annotations; goose -v validate checks them without a database.',
          file,
          line,
        });
      }
      const open = (parsed.substituted ?? []).length > 0;
      migrations.push(
        newMigration({
          ...given,
          up: open ? null : parsed.up,
          down: open ? null : parsed.down,
          unrendered: open ? 'environment' : null,
          transactionMode: parsed.noTransaction ? 'none' : 'per-file',
          notes: [...parsed.notes, ...parsed.errors],
        }),
      );
    }
  }
  return { migrations: positioned(migrations), problems };
}
