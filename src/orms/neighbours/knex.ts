/** Knex: `knexfile.*` and a folder of programs. */
import type { Stack } from '../../core/stack.js';
import { dialectOfName, dialectOfUrl, onlyDialect } from '../dialect.js';
import { baseName, joinPath, parentFolder } from '../paths.js';
import { dialectOfEnvironment } from '../readers/environment-hint.js';
import { JavascriptModule } from '../readers/javascript-module.js';
import { pathOf } from '../readers/path-value.js';
import { environmentOf, property, textOf, type Value, type ValueOf } from '../readers/value.js';
import type { Repository } from '../repository.js';
import { javascriptCommand, packageVersion } from '../runners/javascript.js';
import { leadingNumber, orderOfNumbers } from '../sql-folders.js';
import { newStack, uniqueIds, withoutRepeats, type MigrationTool } from '../tool.js';

function detect(repository: Repository): Stack[] {
  const stacks = repository.named(/^knexfile(\.[\w-]+)?\.[cm]?[jt]s$/).flatMap((file) => stackOf(repository, file) ?? []);
  uniqueIds(stacks);
  return stacks;
}

function stackOf(repository: Repository, file: string): Stack | null {
  const text = repository.tryRead(file);
  if (text === null) return null;
  const module = new JavascriptModule(text);
  const exported = module.exported();
  const folder = parentFolder(file);
  const environments =
    exported === null || property(exported, 'client') !== undefined
      ? []
      : exported.entries.filter((entry) => entry.key !== '...').map((entry) => entry.key);
  const configs = environments.length === 0 ? [exported] : environments.map((name) => module.asObject(property(exported!, name), 4));
  const known = configs.filter((config): config is ValueOf<'object'> => config !== null);
  const version = packageVersion(repository, folder, 'knex');
  const runner = javascriptCommand(repository, folder, 'knex');
  const settings = known.map(
    (config) =>
      (key: string[]): Value | undefined =>
        module.resolve(property(config, ...key)),
  );
  const directories = [...new Set(settings.map((get) => pathOf(get(['migrations', 'directory']), folder, module)?.text ?? null))];
  const migrations = joinPath(folder, directories.find((each) => each !== null) ?? 'migrations');
  const connections = settings.map((get) => get(['connection']));
  const variables = [...new Set(connections.flatMap((value) => environmentOf(value)))];
  const files =
    migrations === null
      ? []
      : repository.filesIn(migrations).filter((each) => /^\d+_.*\.[cm]?[jt]s$/.test(baseName(each)) && !each.endsWith('.d.ts'));
  const whole = connections
    .map((value) => (value?.kind === 'object' ? property(value, 'connectionString') : value))
    .flatMap((value) => environmentOf(value))[0];
  const stack = newStack({
    tool: 'knex',
    supported: false,
    folder,
    toolVersion: version.version,
    migrationFolders: migrations !== null && repository.hasFolder(migrations) ? [migrations] : [],
    command: runner.command,
    order: orderOfNumbers(files.map(leadingNumber)),
    migrationCount: files.length,
    transactionMode: 'per-file',
    databaseSetting: whole ?? (known.length > 0 ? `${baseName(file)} connection` : null),
    dialect: onlyDialect([
      ...settings.map((get) => dialectOfName(textOf(get(['client'])) ?? '')),
      ...connections.map((value) => dialectOfUrl(textOf(value) ?? '')),
    ]),
    evidence: [{ file, line: exported?.line ?? 1, what: 'knexfile' }, ...version.evidence, ...runner.evidence],
    undetermined: [...version.undetermined, ...runner.undetermined],
    settings: {
      historyTable: settings.map((get) => textOf(get(['migrations', 'tableName']))).find((name) => name !== null) ?? 'knex_migrations',
    },
  });
  if (stack.dialect === 'unknown') stack.dialect = dialectOfEnvironment(repository, folder, variables)?.dialect ?? 'unknown';
  if (variables.length > 1) stack.evidence.push({ file, line: exported?.line ?? null, what: `connection reads ${variables.join(', ')}` });
  if (environments.length > 1)
    stack.undetermined.push(`environment: the knexfile has ${environments.join(', ')}; NODE_ENV or --env chooses`);
  if (directories.length > 1) stack.undetermined.push('folder: the environments name different folders');
  if (exported === null) stack.undetermined.push(`${file}: no object literal is exported`);
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: the client is computed or not one that lockkeeper judges');
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const knex: MigrationTool = { name: 'knex', supported: false, detect };

export default knex;
