/** The two layouts of a Drizzle migrations folder: the journal of 0.x, and the folders of 1.0. */
import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import { baseName, byText, joinPath, parentFolder } from '../paths.js';
import { at, isTable, readJson, textAt } from '../readers/formats.js';
import type { Repository } from '../repository.js';
import { majorOf } from '../runners/javascript.js';
import { wholeFile } from '../scripts.js';
import { lineOf, newMigration, positioned, type Listing } from '../tool.js';

export interface DrizzleFolder {
  format: 'journal' | 'folders' | 'empty';
  dialect: string | null;
  /** In the order in which the migrator runs them. */
  entries: { name: string; file: string; line: number | null }[];
  problems: LockkeeperProblem[];
}

/** Reads a migrations folder. Source for the order and the rule about `when`: drizzle-orm 0.45 and 1.0.0-rc.5. */
export function drizzleFolder(repository: Repository, folder: string): DrizzleFolder {
  const journal = joinPath(folder, 'meta/_journal.json')!;
  if (repository.hasFile(journal)) return ofJournal(repository, folder, journal);
  const folders = [...repository.foldersIn(folder)]
    .sort((a, b) => byText(baseName(a), baseName(b)))
    .filter((each) => repository.hasFile(`${each}/snapshot.json`) || repository.hasFile(`${each}/migration.sql`));
  const entries = folders
    .filter((each) => repository.hasFile(`${each}/migration.sql`))
    .map((each) => ({ name: baseName(each), file: `${each}/migration.sql`, line: null }));
  const problems = folders
    .filter((each) => !repository.hasFile(`${each}/migration.sql`))
    .map(
      (each): LockkeeperProblem => ({
        code: 'MIGRATION_NOT_FOUND',
        message: `The folder ${each} has a snapshot but no migration.sql: drizzle ignores it without a word.`,
        next: 'Restore the file from version control.',
        file: each,
      }),
    );
  return { format: folders.length > 0 ? 'folders' : 'empty', dialect: null, entries, problems };
}

function ofJournal(repository: Repository, folder: string, journal: string): DrizzleFolder {
  const json = readJson(repository, journal);
  const found: DrizzleFolder = { format: 'journal', dialect: textAt(json, 'dialect'), entries: [], problems: [] };
  const written = at(json, 'entries');
  if (!Array.isArray(written)) {
    found.problems.push({
      code: 'BROKEN_CONFIG',
      message: `${journal} has no readable entries: the order of the migrations is not known.`,
      next: 'Restore the journal from version control.',
      file: journal,
    });
    return found;
  }
  const text = repository.tryRead(journal) ?? '';
  let newest = Number.NEGATIVE_INFINITY;
  for (const entry of written) {
    const name = textAt(entry, 'tag');
    const file = name === null ? null : joinPath(folder, `${name}.sql`);
    if (!isTable(entry) || name === null || file === null) continue;
    const line = lineOf(text, `"${name}"`);
    const place = { file: journal, ...(line === null ? {} : { line }) };
    const when = Number(entry['when']);
    if (found.entries.some((other) => other.name === name)) {
      found.problems.push({
        code: 'CONFIG_INVALID',
        message: `The journal has the entry ${name} twice.`,
        next: 'Remove the one that a merge left over.',
        ...place,
      });
      continue;
    }
    if (when <= newest) {
      found.problems.push({
        code: 'MIGRATION_ORDER',
        message: `${name} is not newer ("when") than the entry before it: a database that has the earlier one skips it for ever, without a word.`,
        next: 'If nobody applied it yet, give it a "when" after the newest one.',
        ...place,
      });
    }
    newest = Math.max(newest, Number.isNaN(when) ? newest : when);
    found.entries.push({ name, file, line });
    if (!repository.hasFile(file))
      found.problems.push({
        code: 'MIGRATION_NOT_FOUND',
        message: `The journal names ${name}, but ${file} does not exist: drizzle-kit migrate stops without a word.`,
        next: 'Restore the file, or take the entry out if it was never applied.',
        ...place,
      });
  }
  for (const file of repository.filesIn(folder)) {
    if (!file.endsWith('.sql') || found.entries.some((entry) => entry.file === file)) continue;
    found.problems.push({
      code: 'CONFIG_INVALID',
      message: `${file} is not in the journal: drizzle never runs it.`,
      next: 'Create it with drizzle-kit generate --custom, or move it out of the folder.',
      file,
    });
  }
  return found;
}

/** Where the way back of a migration is kept, a convention of lockkeeper's own: Drizzle has none. */
export function drizzleBack(folder: string, migration: Pick<Migration, 'name' | 'file'>): string {
  return migration.file.endsWith('/migration.sql')
    ? `${parentFolder(migration.file)}/down.sql`
    : `${folder}/rollback/${migration.name}.sql`;
}

/** True where the installed kit is 1.0 or later: it writes and reads one folder a migration. */
export function keepsFolders({ toolVersion }: Pick<Stack, 'toolVersion'>): boolean {
  return (majorOf(toolVersion) ?? 0) >= 1;
}

/** Refuses what drizzle-kit 1.0 refuses itself. @throws LockkeeperError NOT_OFFERED for a journal under 1.0 */
export function refuseOldLayout(stack: Stack): void {
  if (stack.settings?.['format'] !== 'journal' || !keepsFolders(stack)) return;
  throw new LockkeeperError('NOT_OFFERED', oldLayout.message, oldLayout.next);
}

/** Measured with 1.0.0-rc.5: every command ends with "Your migrations folder format is outdated". */
export const oldLayout = {
  message:
    'drizzle-kit 1.0 does not work with a folder that has a journal: every command ends with "Your migrations folder format is outdated".',
  next: 'On a branch of its own: drizzle-kit up, which rewrites the folder; review every file. Or stay with drizzle-kit 0.31 until then.',
};

/** Migrations of a stack with their SQL. Breakpoints are SQL comments, so the text stays whole. */
export function listDrizzle(repository: Repository, stack: Stack): Listing {
  const problems: LockkeeperProblem[] = [];
  const migrations: Migration[] = [];
  for (const folder of stack.migrationFolders) {
    for (const { name, file } of drizzleFolder(repository, folder).entries) {
      const up = repository.hasFile(file) ? wholeFile(repository, file, problems) : null;
      const back = drizzleBack(folder, { name, file });
      const down = repository.hasFile(back) ? wholeFile(repository, back, problems) : null;
      const downTransactionMode = down === null ? {} : { downTransactionMode: 'per-file' as const };
      if (up !== null)
        migrations.push(
          newMigration({ name, stack: stack.id, file, up, down, transactionMode: stack.transactionMode, ...downTransactionMode }),
        );
    }
  }
  return { migrations: positioned(migrations), problems };
}
