/** Sequelize: `.sequelizerc`, or sequelize-cli with its default folders. */
import type { Dialect, Stack } from '../../core/stack.js';
import { dialectOfName, onlyDialect } from '../dialect.js';
import { baseName, joinPath, parentFolder } from '../paths.js';
import { isTable, readJson, textAt } from '../readers/formats.js';
import { JavascriptModule } from '../readers/javascript-module.js';
import { pathOf } from '../readers/path-value.js';
import { environmentOf, property, textOf } from '../readers/value.js';
import type { Repository } from '../repository.js';
import { allPackages, declaredRange, javascriptCommand, packageVersion } from '../runners/javascript.js';
import { leadingNumber, orderOfNumbers } from '../sql-folders.js';
import { lineOf, newStack, uniqueIds, withoutRepeats, type MigrationTool } from '../tool.js';

function detect(repository: Repository): Stack[] {
  const folders = new Set(repository.named('.sequelizerc').map(parentFolder));
  for (const owner of allPackages(repository)) if (declaredRange(owner, 'sequelize-cli') !== null) folders.add(owner.folder);
  const stacks = [...folders].flatMap((folder) => stackOf(repository, folder) ?? []);
  uniqueIds(stacks);
  return stacks;
}

function stackOf(repository: Repository, folder: string): Stack | null {
  const resource = joinPath(folder, '.sequelizerc')!;
  const text = repository.hasFile(resource) ? repository.tryRead(resource) : null;
  const module = new JavascriptModule(text ?? '');
  const path = (key: string, otherwise: string): string | null => {
    const value = property(module.exported() ?? undefined, key);
    return value === undefined ? joinPath(folder, otherwise) : joinPath(folder, pathOf(value, folder, module)?.text ?? '..');
  };
  const migrations = path('migrations-path', 'migrations');
  const config =
    [path('config', 'config/config.json'), joinPath(folder, 'config/config.js')].find(
      (each) => each !== null && repository.hasFile(each),
    ) ?? null;
  const files = migrations === null ? [] : repository.filesIn(migrations).filter((each) => /^\d+-.*\.[cm]?[jt]s$/.test(baseName(each)));
  if (text === null && config === null && files.length === 0) return null;
  const version = packageVersion(repository, folder, 'sequelize');
  const runner = javascriptCommand(repository, folder, 'sequelize-cli');
  const stack = newStack({
    tool: 'sequelize',
    supported: false,
    folder,
    toolVersion: version.version,
    migrationFolders: migrations !== null && repository.hasFolder(migrations) ? [migrations] : [],
    command: runner.command,
    order: orderOfNumbers(files.map(leadingNumber)),
    migrationCount: files.length,
    transactionMode: 'none',
    settings: { historyTable: 'SequelizeMeta' },
    evidence: [...(text === null ? [] : [{ file: resource, line: 1, what: '.sequelizerc' }]), ...version.evidence, ...runner.evidence],
    undetermined: [...version.undetermined, ...runner.undetermined],
  });
  if (config !== null) readConfig(repository, config, stack);
  else stack.undetermined.push('database: no config file was found');
  if (migrations === null) stack.undetermined.push('folder: migrations-path is computed');
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: the config does not give one for all environments');
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

function readConfig(repository: Repository, config: string, stack: Stack): void {
  const dialects: Dialect[] = [];
  const variables: string[] = [];
  const environments: string[] = [];
  if (config.endsWith('.json')) {
    const json = readJson(repository, config);
    for (const [name, value] of isTable(json) ? Object.entries(json) : []) {
      if (!isTable(value)) continue;
      environments.push(name);
      dialects.push(dialectOfName(textAt(value, 'dialect') ?? ''));
      const variable = textAt(value, 'use_env_variable');
      if (variable !== null) variables.push(variable);
    }
  } else {
    const module = new JavascriptModule(repository.tryRead(config) ?? '');
    const exported = module.exported();
    for (const { key, value } of exported?.entries ?? []) {
      const environment = module.asObject(value, 4);
      if (environment === null) continue;
      environments.push(key);
      dialects.push(dialectOfName(textOf(module.resolve(property(environment, 'dialect'))) ?? ''));
      variables.push(...[textOf(property(environment, 'use_env_variable')) ?? [], environmentOf(property(environment, 'url'))].flat());
    }
  }
  stack.dialect = onlyDialect(dialects);
  stack.databaseSetting = variables[0] ?? baseName(config);
  stack.evidence.push({ file: config, line: lineOf(repository.tryRead(config) ?? '', 'dialect'), what: 'Sequelize config' });
  if (environments.length > 1) stack.undetermined.push(`environment: the config has ${environments.join(', ')}; NODE_ENV or --env chooses`);
}

const sequelize: MigrationTool = { name: 'sequelize', supported: false, detect };

export default sequelize;
