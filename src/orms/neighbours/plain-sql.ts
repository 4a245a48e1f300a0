/** Folders of numbered SQL files that change a schema and bear no tool's mark. */
import type { Stack, StackEvidence } from '../../core/stack.js';
import { baseName, joinPath, parentFolder, upwards } from '../paths.js';
import type { Repository } from '../repository.js';
import { allPackages, declaredRange, dependencyEvidence } from '../runners/javascript.js';
import { cargoDependency, cargoPackages } from '../runners/rust.js';
import { leadingNumber, orderOfNumbers, sqlFolders } from '../sql-folders.js';
import { lineOf, newStack, uniqueIds, type MigrationTool } from '../tool.js';

const schemaChange =
  /^\s*(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+|UNIQUE\s+|UNLOGGED\s+|TEMP(?:ORARY)?\s+)?(?:TABLE|INDEX|TYPE|VIEW|SCHEMA|FUNCTION|EXTENSION|MATERIALIZED|SEQUENCE|TRIGGER|DATABASE)\b/im;

/** Where SQL files are somebody's examples, not a schema's history. */
const testData = /(^|\/)(testdata|fixtures?|__fixtures__|__tests__|snapshots)(\/|$)/i;

/**
 * Numbered files alone prove nothing: the text must change a schema, and there must be two of them, so that there is an order.
 * Folders of other tools are taken out afterwards, by whoever knows all stacks.
 */
function detect(repository: Repository): Stack[] {
  const stacks = sqlFolders(repository).flatMap(({ folder, files, marker }) => {
    const numbered = files.filter((file) => /^[VU]?\d+([._-]\d+)*[._-]/.test(baseName(file)) && !/\.down\.sql$/.test(file));
    if (numbered.length < 2 || testData.test(folder) || (marker !== null && marker.tool !== 'node-pg-migrate')) return [];
    const changing = numbered.slice(0, 5).find((file) => schemaChange.test(repository.peek(file)));
    if (changing === undefined) return [];
    const home = folder === '.' ? '.' : parentFolder(folder);
    const other = otherTool(repository, folder);
    return [
      newStack({
        tool: 'plain-sql',
        supported: false,
        folder: home,
        migrationFolders: [folder],
        order: orderOfNumbers(numbered.map((file) => leadingNumber(file))),
        migrationCount: numbered.length,
        transactionMode: 'per-file',
        workflowNote:
          other === null
            ? 'Numbered SQL files without a tool: what was applied where is recorded nowhere that can be read.'
            : `Looks like the files of ${other.name}, which lockkeeper does not know.`,
        evidence: [
          { file: changing, line: lineOf(repository.peek(changing), schemaChange), what: 'numbered SQL files that change a schema' },
          ...(other === null ? [] : [other.evidence]),
        ],
        undetermined: ['tool: no configuration names one', 'dialect, database and transaction mode: nothing tells them'],
      }),
    ];
  });
  uniqueIds(stacks);
  return stacks;
}

/** Tools without a file of their own here, by their companion file or manifest. */
function otherTool(repository: Repository, folder: string): { name: string; evidence: StackEvidence } | null {
  const sum = joinPath(folder, 'atlas.sum')!;
  if (repository.hasFile(sum)) return { name: 'Atlas', evidence: { file: sum, line: null, what: 'atlas.sum' } };
  for (const above of upwards(folder)) {
    const supabase = joinPath(above, 'config.toml')!;
    if (/(^|\/)supabase$/.test(above) && repository.hasFile(supabase))
      return { name: 'Supabase', evidence: { file: supabase, line: null, what: 'Supabase configuration' } };
    const cargo = cargoPackages(repository).find((each) => each.folder === above);
    const sqlx =
      cargo === undefined ? null : (cargoDependency(repository, cargo, 'sqlx') ?? cargoDependency(repository, cargo, 'refinery'));
    if (sqlx !== null) return { name: sqlx.evidence.what.replace('depends on ', ''), evidence: sqlx.evidence };
    const owner = allPackages(repository).find((each) => each.folder === above);
    const name = [
      'node-pg-migrate',
      'postgrator',
      'umzug',
      '@databases/pg-migrations',
      'postgres-migrations',
      'kysely',
      '@mikro-orm/migrations',
      'wrangler',
    ].find((each) => declaredRange(owner ?? null, each) !== null);
    if (owner !== undefined && name !== undefined) return { name, evidence: dependencyEvidence(repository, owner, name) };
  }
  return null;
}

const plainSql: MigrationTool = { name: 'plain-sql', supported: false, detect };

export default plainSql;
