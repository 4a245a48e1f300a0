/** TypeORM: a file with `new DataSource({…})`, or the older `ormconfig.*`. */
import type { Dialect, Stack } from '../../core/stack.js';
import { dialectOfName } from '../dialect.js';
import { baseName, byText, joinPath, parentFolder, relativeTo } from '../paths.js';
import { isTable, readJson } from '../readers/formats.js';
import { JavascriptModule } from '../readers/javascript-module.js';
import { pathOf } from '../readers/path-value.js';
import { environmentOf, property, textOf, type Value } from '../readers/value.js';
import type { Repository } from '../repository.js';
import { allPackages, declaredRange, javascriptCommand, owningPackage, packageVersion } from '../runners/javascript.js';
import { orderOfNumbers } from '../sql-folders.js';
import { newStack, uniqueIds, withoutRepeats, type MigrationTool } from '../tool.js';

function detect(repository: Repository): Stack[] {
  const stacks: Stack[] = [];
  const using = allPackages(repository).filter((owner) => declaredRange(owner, 'typeorm') !== null);
  if (using.length === 0) return [];
  const sources = repository.files.filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.(d|spec|test)\.[cm]?ts$/.test(file));
  for (const file of sources) {
    const text = repository.peek(file);
    if (!/new DataSource\s*\(/.test(text) || !/["']typeorm["']/.test(text)) continue;
    const module = new JavascriptModule(text);
    const call = module.calls('DataSource')[0];
    if (call !== undefined && module.imports().includes('typeorm'))
      stacks.push(stackOf(repository, file, call.line, 'new DataSource', module, module.asObject(call.positional[0], 4)));
  }
  for (const file of repository.named(/^ormconfig\.(json|[cm]?[jt]s)$/)) {
    const text = repository.tryRead(file);
    if (text === null || (file.endsWith('.json') && !isTable(readJson(repository, file)) && !Array.isArray(readJson(repository, file))))
      continue;
    const module = new JavascriptModule(file.endsWith('.json') ? `export default ${text}` : text);
    stacks.push(stackOf(repository, file, 1, 'ormconfig', module, module.exported()));
  }
  stacks.sort((a, b) => byText(a.id, b.id));
  uniqueIds(stacks);
  return stacks;
}

function stackOf(repository: Repository, file: string, line: number, what: string, module: JavascriptModule, options: Value | null): Stack {
  const owner = owningPackage(repository, parentFolder(file));
  const folder = owner?.folder ?? parentFolder(file);
  const version = packageVersion(repository, folder, 'typeorm');
  const runner = javascriptCommand(repository, folder, 'typeorm');
  const get = (key: string): Value | undefined => module.resolve(property(options ?? undefined, key));
  const migrations = get('migrations');
  const folders = [
    ...new Set((migrations?.kind === 'list' ? migrations.items : []).flatMap((item) => folderOf(repository, item, file, folder, module))),
  ];
  const files = folders
    .flatMap((each) => repository.filesIn(each))
    .filter((each) => /^\d{10,}-.*\.[cm]?[jt]s$/.test(baseName(each)) && !each.endsWith('.d.ts'));
  const type = textOf(get('type'));
  const dialect: Dialect = dialectOfName((type ?? '').replace(/^aurora-/, ''));
  const url = environmentOf(get('url'))[0];
  const variables = environmentOf(options ?? undefined);
  const mode = textOf(get('migrationsTransactionMode'));
  const stack = newStack({
    tool: 'typeorm',
    supported: false,
    folder,
    toolVersion: version.version,
    dialect,
    migrationFolders: folders,
    order: files.length === 0 ? 'timestamp' : orderOfNumbers(files.map((each) => /^\d+/.exec(baseName(each))![0])),
    migrationCount: files.length,
    command: [...runner.command],
    transactionMode: mode === 'each' ? 'per-file' : mode === 'none' ? 'none' : 'all',
    databaseSetting: url ?? `${baseName(file)} ${what === 'ormconfig' ? '' : 'DataSource'}`.trim(),
    evidence: [{ file, line, what }, ...version.evidence, ...runner.evidence],
    undetermined: [...version.undetermined, ...runner.undetermined],
    settings: { historyTable: textOf(get('migrationsTableName')) ?? 'migrations', dataSource: relativeTo(folder, file) },
  });
  if (variables.length > 0) stack.evidence.push({ file, line, what: `reads ${variables.join(', ')}` });
  const synchronize = get('synchronize');
  if (synchronize?.kind === 'boolean' && synchronize.value) {
    stack.workflow = folders.length === 0 ? 'unmanaged' : 'managed';
    stack.workflowNote = 'synchronize is true: the application changes the schema when it starts, without files, history or a way back.';
    stack.evidence.push({ file, line: synchronize.line, what: 'synchronize: true' });
  }
  if (migrations !== undefined && folders.length === 0) stack.undetermined.push('folder: migrations are listed by classes or computed');
  if (migrations === undefined) stack.undetermined.push(`folder: ${file} names no migrations`);
  if (dialect === 'unknown') stack.undetermined.push('dialect: the type is computed or not one that lockkeeper judges');
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

/** Folder of a glob such as `src/migrations/*.ts` or `__dirname + "/migrations/*{.ts,.js}"`. */
function folderOf(repository: Repository, item: Value, file: string, folder: string, module: JavascriptModule): string[] {
  const path = item.kind === 'sum' || item.kind === 'call' || item.kind === 'string' ? pathOf(item, parentFolder(file), module) : null;
  if (path === null) return [];
  const base = path.fromFile ? parentFolder(file) : folder;
  const written = path.text
    .replace(/^\.\//, '')
    .replace(/\/?[^/]*[*{][\s\S]*$/, '')
    .replace(/\/[^/]+\.[cm]?[jt]s$/, '');
  // Globs of built files have their source beside; only what is in the repository counts.
  return [written, written.replace(/^(dist|build)\//, 'src/'), written.replace(/^(dist|build)\//, '')]
    .flatMap((each) => joinPath(base, each.replace(/^\/+/, '')) ?? [])
    .filter((each) => each !== base && repository.hasFolder(each))
    .slice(0, 1);
}

const typeorm: MigrationTool = { name: 'typeorm', supported: false, detect };

export default typeorm;
