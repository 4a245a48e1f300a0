/** golang-migrate: pairs of `<version>_<name>.up.sql` and `.down.sql`. */
import type { Stack } from '../../core/stack.js';
import { commandEvidence, commandMatches, shellVariables } from '../command-files.js';
import { dialectOfName, dialectOfUrl, onlyDialect } from '../dialect.js';
import { baseName, joinPath, parentFolder } from '../paths.js';
import { databaseVariables } from '../readers/environment-hint.js';
import type { Repository } from '../repository.js';
import { goDrivers, goEvidence, goFiles, goMatches, goRequirement, owningGoModule } from '../runners/go.js';
import { cargoDependency, cargoPackages } from '../runners/rust.js';
import { leadingNumber, orderOfNumbers, sqlFolders } from '../sql-folders.js';
import { newStack, uniqueIds, withoutRepeats, type MigrationTool } from '../tool.js';

const pair = /^(\d+)_(.*)\.(up|down)\.sql$/;

function detect(repository: Repository): Stack[] {
  const stacks = sqlFolders(repository).flatMap(({ folder, files, marker }) => {
    const ups = files.filter((file) => pair.exec(baseName(file))?.[3] === 'up');
    return ups.length > 0 && marker === null ? (stackOf(repository, folder, ups, files) ?? []) : [];
  });
  uniqueIds(stacks);
  return stacks;
}

function stackOf(repository: Repository, folder: string, ups: string[], files: string[]): Stack | null {
  const module = owningGoModule(repository, folder);
  const requirement = goRequirement(module, 'github.com/golang-migrate/migrate');
  const around = module?.folder ?? '.';
  const commands = commandMatches(
    repository,
    around,
    /(?:^|[\s"'`@/])migrate["']?\s+.*-(?:path|source)[= ]["']?(?:file:\/\/)?([^\s"']+)/,
    'migrate',
  );
  const naming = commands.filter((found) => [found.folder, around, '.'].some((base) => joinPath(base, found.match[1]!) === folder));
  const home = module?.folder ?? naming[0]?.folder ?? (folder === '.' ? '.' : parentFolder(folder));
  const sqlx = cargoPackages(repository).find((cargo) => cargoDependency(repository, cargo, 'sqlx') !== null);
  // sqlx has the same pairs; a manifest decides.
  if (requirement === null && naming.length === 0 && sqlx !== undefined) return null;
  const stack = newStack({
    tool: 'golang-migrate',
    supported: false,
    folder: home,
    toolVersion: requirement?.version.replace(/^v/, '') ?? null,
    migrationFolders: [folder],
    command: ['migrate'],
    order: orderOfNumbers(ups.map(leadingNumber)),
    migrationCount: ups.length,
    transactionMode: 'one-string',
    settings: { historyTable: 'schema_migrations' },
    evidence: [
      { file: ups[0]!, line: null, what: 'pairs of .up.sql and .down.sql' },
      ...(requirement === null ? [] : [goEvidence(module!, requirement)]),
      ...naming.map((found) => commandEvidence(found, 'migrate -path')),
    ],
  });
  const urls = naming.map((found) => /-database[= ]["']?(\S+)/.exec(found.match.input)?.[1] ?? '');
  stack.dialect = onlyDialect([
    ...urls.map(dialectOfUrl),
    ...(urls.some((url) => dialectOfUrl(url) !== 'unknown') ? [] : goDrivers(module).map((driver) => driver.dialect)),
  ]);
  stack.databaseSetting = databaseVariables(urls.flatMap(shellVariables))[0] ?? null;
  if (module !== null && stack.databaseSetting === null) {
    const code = goFiles(repository, module).filter((file) => repository.peek(file).includes('golang-migrate/migrate'));
    stack.databaseSetting =
      databaseVariables(goMatches(repository, code, /\bos\.(?:Getenv|LookupEnv)\("(\w+)"\)/, 'os.').map(({ match }) => match[1]!))[0] ??
      null;
    stack.evidence.push(
      ...goMatches(repository, code, /\bmigrate\.New\w*\(/, 'migrate.New').map(({ file, line }) => ({
        file,
        line,
        what: 'migrate.New: the application runs it itself',
      })),
    );
  }
  if (requirement === null && naming.length === 0)
    stack.undetermined.push('no go.mod and no command names golang-migrate: the pairs of files are all there is to go by');
  if (stack.dialect === 'unknown') stack.dialect = dialectOfName(baseName(folder));
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: neither a command nor one driver tells it');
  if (stack.databaseSetting === null) stack.undetermined.push('database: no command or code names a variable');
  for (const up of ups) {
    if (files.includes(up.replace(/\.up\.sql$/, '.down.sql'))) continue;
    stack.undetermined.push('not every migration has a .down.sql');
    break;
  }
  const numbers = ups.map((file) => BigInt(leadingNumber(file) ?? '0'));
  ups.forEach((file, at) => {
    if (numbers.indexOf(numbers[at]!) !== at)
      stack.problems.push({
        code: 'MIGRATION_ORDER',
        message: `${baseName(file)} repeats a version: migrate stops with "duplicate migration file".`,
        next: 'Renumber the one that nobody applied.',
        file,
      });
  });
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const golangMigrate: MigrationTool = { name: 'golang-migrate', supported: false, detect };

export default golangMigrate;
