/** Rails: an application with Active Record migrations in `db/migrate`. */
import type { Stack } from '../../core/stack.js';
import { dialectOfName, dialectOfUrl, onlyDialect } from '../dialect.js';
import { baseName, joinPath, parentFolder, upwards } from '../paths.js';
import type { Repository } from '../repository.js';
import { leadingNumber, orderOfNumbers } from '../sql-folders.js';
import { lineOf, newStack, uniqueIds, type MigrationTool } from '../tool.js';

const migrationClass = /^\s*class\s+\w+(?:::\w+)*\s*<\s*ActiveRecord::Migration/m;

function detect(repository: Repository): Stack[] {
  const folders = new Set(
    repository
      .withExtension('rb')
      .filter((file) => /(^|\/)db\/\w*migrate\/\d+_[^/]+\.rb$/.test(file))
      .map(parentFolder),
  );
  const stacks = [...folders].flatMap((folder) => stackOf(repository, folder) ?? []);
  uniqueIds(stacks);
  return stacks;
}

function stackOf(repository: Repository, folder: string): Stack | null {
  const files = repository.filesIn(folder).filter((file) => /^\d+_\w+.*\.rb$/.test(baseName(file)));
  const first = files.find((file) => migrationClass.test(repository.peek(file)));
  if (first === undefined) return null;
  const home = parentFolder(parentFolder(folder));
  const above = upwards(home);
  const gemfile = above.map((each) => joinPath(each, 'Gemfile')!).find((file) => repository.hasFile(file));
  const lock = above.map((each) => joinPath(each, 'Gemfile.lock')!).find((file) => repository.hasFile(file));
  const lockText = lock === undefined ? '' : (repository.tryRead(lock) ?? '');
  const gems = `${gemfile === undefined ? '' : (repository.tryRead(gemfile) ?? '')}\n${lockText}`;
  const database = joinPath(home, 'config/database.yml')!;
  const config = repository.hasFile(database) ? (repository.tryRead(database) ?? '') : '';
  // database.yml is a template of Ruby code; only the adapter and the names of variables are taken from its text.
  const adapters = [...config.matchAll(/^\s*adapter:\s*["']?(\w+)/gm)].map((found) =>
    dialectOfName(found[1] === 'trilogy' ? 'mysql' : found[1]!),
  );
  const variables = [...config.matchAll(/ENV(?:\.fetch\(|\[)\s*["'](\w+)["']/g)].map((found) => found[1]!);
  const urls = [...config.matchAll(/^\s*url:\s*["']?(\w+:\/\/)/gm)].map((found) => dialectOfUrl(found[1]!));
  const drivers = [
    [/^\s*(?:gem ["'])?pg["' ]/m, 'postgres'],
    [/^\s*(?:gem ["'])?(?:mysql2|trilogy)["' ]/m, 'mysql'],
    [/^\s*(?:gem ["'])?sqlite3["' ]/m, 'sqlite'],
  ] as const;
  const stack = newStack({
    tool: 'rails',
    supported: false,
    folder: home,
    toolVersion: /^ {4}(?:rails|activerecord) \(([\w.]+)\)/m.exec(lockText)?.[1] ?? null,
    migrationFolders: [folder],
    transactionMode: 'per-file',
    order: orderOfNumbers(files.map(leadingNumber)),
    migrationCount: files.length,
    command: repository.hasFile(joinPath(home, 'bin/rails')!) ? ['bin/rails'] : ['bundle', 'exec', 'rails'],
    databaseSetting: variables.find((name) => /URL/.test(name)) ?? (config === '' ? 'DATABASE_URL' : 'config/database.yml'),
    settings: { historyTable: 'schema_migrations' },
    dialect: onlyDialect(
      adapters.length + urls.length > 0
        ? [...adapters, ...urls]
        : drivers.filter(([pattern]) => pattern.test(gems)).map(([, dialect]) => dialect),
    ),
    evidence: [{ file: first, line: lineOf(repository.peek(first), /class\s/), what: 'ActiveRecord::Migration' }],
  });
  if (config !== '') stack.evidence.push({ file: database, line: lineOf(config, /adapter:/), what: 'database.yml' });
  if (gemfile !== undefined && /^\s*gem ["'](rails|activerecord)["']/m.test(gems))
    stack.evidence.push({
      file: gemfile,
      line: lineOf(repository.tryRead(gemfile) ?? '', /gem ["'](rails|activerecord)["']/),
      what: 'depends on rails',
    });
  if (stack.toolVersion === null) stack.undetermined.push('version of Rails: no Gemfile.lock gives it');
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: neither database.yml nor one gem tells it');
  if (config === '') stack.undetermined.push('database: there is no config/database.yml');
  return stack;
}

const rails: MigrationTool = { name: 'rails', supported: false, detect };

export default rails;
