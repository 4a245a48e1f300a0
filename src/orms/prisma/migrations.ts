/** The migrations folder of a Prisma project, and how its files are sent to the database. */
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Dialect, Migration, Stack, StackEvidence, TransactionMode } from '../../core/stack.js';
import { baseName, byText, joinPath } from '../paths.js';
import type { Repository } from '../repository.js';
import { majorOf } from '../runners/javascript.js';
import { wholeFile } from '../scripts.js';
import { lineOf, newMigration, positioned, type Listing } from '../tool.js';

/**
 * How one migration reaches the server. Source: prisma-engines up to 7.3 sends the file as one message, from 7.4 a parser splits
 * it and each statement commits by itself (pull requests 5767 and 5799); SQLite and MySQL keep what went before a failure.
 */
export function prismaTransactionMode(
  dialect: Dialect,
  version: string | null,
  urlInSchema: boolean,
): { mode: TransactionMode; undetermined: string[] } {
  if (dialect !== 'postgres') return { mode: 'none', undetermined: [] };
  const major = majorOf(version);
  const minor = Number(/\d+\.(\d+)/.exec(version ?? '')?.[1] ?? Number.NaN);
  if (major !== null && major < 7) return { mode: 'one-string', undetermined: [] };
  if (major === null) {
    return {
      mode: urlInSchema ? 'one-string' : 'none',
      undetermined: ['transaction mode: depends on the version of Prisma (one message a file before 7.4, each statement by itself since)'],
    };
  }
  const exact = /^v?\d+\.\d+\.\d+/.test(version ?? '');
  if (major > 7 || minor >= 4) return { mode: 'none', undetermined: [] };
  if (exact) return { mode: 'one-string', undetermined: [] };
  return { mode: 'none', undetermined: ['transaction mode: 7.4 and later is assumed, the range also allows earlier ones'] };
}

/** Names of the migration folders, in Prisma's order, and those without their file. */
export function prismaFolders(repository: Repository, folder: string): { complete: string[]; empty: string[] } {
  const complete: string[] = [];
  const empty: string[] = [];
  for (const child of [...repository.foldersIn(folder)].sort((a, b) => byText(baseName(a), baseName(b)))) {
    (repository.hasFile(`${child}/migration.sql`) ? complete : empty).push(child);
  }
  return { complete, empty };
}

/** `provider` of `migration_lock.toml`, which fixes the dialect of the folder. */
export function lockProvider(repository: Repository, folder: string): { provider: string; evidence: StackEvidence } | null {
  const file = joinPath(folder, 'migration_lock.toml')!;
  if (!repository.hasFile(file)) return null;
  const text = repository.tryRead(file) ?? '';
  const provider = /^\s*provider\s*=\s*"([^"]+)"/m.exec(text)?.[1];
  if (provider === undefined) {
    repository.report({
      code: 'BROKEN_CONFIG',
      message: `${file} does not name a provider.`,
      next: 'Restore it from version control; Prisma refuses to run without it.',
      file,
    });
    return null;
  }
  return { provider, evidence: { file, line: lineOf(text, /^\s*provider/m), what: `migration_lock.toml: ${provider}` } };
}

/** Migrations of a stack with their SQL; a `down.sql` beside the file is lockkeeper's own convention. */
export function listPrisma(repository: Repository, stack: Stack): Listing {
  const problems: LockkeeperProblem[] = [];
  const migrations: Migration[] = [];
  for (const folder of stack.migrationFolders.flatMap((each) => prismaFolders(repository, each).complete)) {
    const file = `${folder}/migration.sql`;
    const up = wholeFile(repository, file, problems);
    if (up === null) continue;
    const down = repository.hasFile(`${folder}/down.sql`) ? wholeFile(repository, `${folder}/down.sql`, problems) : null;
    // `db execute` sends the down script as one message in every version.
    migrations.push(
      newMigration({
        name: baseName(folder),
        stack: stack.id,
        file,
        up,
        down,
        transactionMode: stack.transactionMode,
        ...(down === null ? {} : { downTransactionMode: 'one-string' as const }),
      }),
    );
  }
  return { migrations: positioned(migrations), problems };
}
