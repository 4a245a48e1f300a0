/** dbmate: SQL files with `-- migrate:up`. */
import type { Stack } from '../../core/stack.js';
import { commandEvidence, commandMatches } from '../command-files.js';
import { dialectOfName } from '../dialect.js';
import { baseName, joinPath, upwards } from '../paths.js';
import { dialectOfEnvironment } from '../readers/environment-hint.js';
import { environmentEntry } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { declaredRange, javascriptCommand, owningPackage, packageVersion } from '../runners/javascript.js';
import { leadingNumber, orderOfNumbers, sqlFolders } from '../sql-folders.js';
import { newStack, uniqueIds, withoutRepeats, type MigrationTool } from '../tool.js';

function detect(repository: Repository): Stack[] {
  const stacks = sqlFolders(repository).flatMap(({ folder, files, marker }) => {
    if (marker?.tool !== 'dbmate') return [];
    const home = homeOf(folder);
    const owner = owningPackage(repository, home);
    const byNpm = declaredRange(owner, 'dbmate') !== null;
    const version = byNpm
      ? packageVersion(repository, home, 'dbmate')
      : { version: null, evidence: [], undetermined: ['version of dbmate: the program on PATH counts'] };
    const commands = commandMatches(repository, home, /(?:^|[\s"'`@/])dbmate\b.*/, 'dbmate');
    const variable =
      commands.map((found) => /(?:^|\s)(?:-e|--env)[= ](\w+)/.exec(found.match[0])?.[1]).find((name) => name !== undefined) ??
      'DATABASE_URL';
    const hint = dialectOfEnvironment(repository, home, [variable]);
    const stack = newStack({
      tool: 'dbmate',
      supported: false,
      folder: home,
      toolVersion: version.version,
      dialect: hint?.dialect ?? 'unknown',
      migrationFolders: [folder],
      databaseSetting: variable,
      order: orderOfNumbers(files.map(leadingNumber)),
      migrationCount: files.filter((file) => leadingNumber(file) !== null).length,
      transactionMode: 'per-file',
      command: byNpm ? javascriptCommand(repository, home, 'dbmate').command : ['dbmate'],
      settings: { historyTable: environmentEntry(repository, home, 'DBMATE_MIGRATIONS_TABLE')?.value ?? 'schema_migrations' },
      evidence: [
        { file: marker.file, line: marker.line, what: '-- migrate:up' },
        ...version.evidence,
        ...commands.slice(0, 5).map((found) => commandEvidence(found, 'dbmate')),
        ...(hint === null ? [] : [hint.evidence]),
      ],
      undetermined: version.undetermined,
    });
    const directory = environmentEntry(repository, home, 'DBMATE_MIGRATIONS_DIR');
    if (directory !== null) stack.evidence.push({ file: directory.file, line: directory.line, what: 'DBMATE_MIGRATIONS_DIR' });
    if (stack.dialect === 'unknown') stack.dialect = dialectOfName(baseName(folder));
    if (stack.dialect === 'unknown') stack.undetermined.push(`dialect: no .env tells the scheme of ${variable}`);
    stack.evidence = withoutRepeats(stack.evidence);
    return [stack];
  });
  uniqueIds(stacks);
  return stacks;
}

/** The folder from which dbmate runs: above `db/migrations`, its default, else above the folder itself. */
function homeOf(folder: string): string {
  const [, above = '.', grand = '.'] = upwards(folder);
  return folder === joinPath(grand, 'db/migrations') ? grand : above;
}

const dbmate: MigrationTool = { name: 'dbmate', supported: false, detect };

export default dbmate;
