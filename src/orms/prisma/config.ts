/** Where a Prisma project keeps its schema and migrations: `prisma.config.*`, `package.json#prisma`, npm scripts, defaults. */
import type { StackEvidence } from '../../core/stack.js';
import { baseName, byText, joinPath, parentFolder } from '../paths.js';
import { textAt } from '../readers/formats.js';
import { JavascriptModule } from '../readers/javascript-module.js';
import { pathOf } from '../readers/path-value.js';
import { environmentOf, property, textOf } from '../readers/value.js';
import type { Repository } from '../repository.js';
import { allPackages, declaredRange, dependencyEvidence, majorOf, packageVersion, scriptsWith } from '../runners/javascript.js';
import { lineOf } from '../tool.js';

export interface PrismaProject {
  folder: string;
  /** Path of a schema file or a folder of them; null when no default exists either. */
  schema: string | null;
  /** Migrations folder as configured; null for the default. */
  migrations: string | null;
  /** Variables that the config's `datasource.url` names. */
  variables: string[];
  /** Name of the setting when the URL is written in the config. */
  urlSetting: string | null;
  evidence: StackEvidence[];
  undetermined: string[];
  /** The config starts the JavaScript engine with an adapter (Prisma 6). */
  adapterEngine: boolean;
}

const configName = /^prisma7?\.config\.[cm]?[jt]s$/;
const hiddenConfigName = /^prisma7?(\.config)?\.[cm]?[jt]s$/;

/** Every folder that is configured as a Prisma project, with what its configuration says. */
export function prismaProjects(repository: Repository): PrismaProject[] {
  const folders = new Map<string, string | null>();
  for (const file of repository.named(hiddenConfigName)) {
    const folder = parentFolder(file);
    // 7.10 looks for `prisma7.*` first; sorting puts it after `prisma.*`, so that it wins.
    if (baseName(folder) === '.config') folders.set(parentFolder(folder), file);
    else if (configName.test(baseName(file))) folders.set(folder, file);
  }
  for (const owner of allPackages(repository)) {
    const named =
      textAt(owner.json, 'prisma', 'schema') !== null ||
      (declaredRange(owner, 'prisma') ?? declaredRange(owner, '@prisma/client')) !== null;
    if (named && !folders.has(owner.folder)) folders.set(owner.folder, null);
  }
  return [...folders].sort(([a], [b]) => byText(a, b)).map(([folder, config]) => project(repository, folder, config));
}

function project(repository: Repository, folder: string, config: string | null): PrismaProject {
  const found: PrismaProject = {
    folder,
    schema: null,
    migrations: null,
    variables: [],
    urlSetting: null,
    evidence: [],
    undetermined: [],
    adapterEngine: false,
  };
  if (config !== null) readConfig(repository, config, found);
  const owner = allPackages(repository).find((each) => each.folder === folder);
  if (owner !== undefined) {
    for (const name of ['prisma', '@prisma/client'])
      if (declaredRange(owner, name) !== null) found.evidence.push(dependencyEvidence(repository, owner, name));
    const key = textAt(owner.json, 'prisma', 'schema');
    const line = lineOf(repository.tryRead(owner.file) ?? '', /"prisma"\s*:\s*\{/);
    const ignored = (majorOf(packageVersion(repository, folder, 'prisma').version) ?? 0) >= 7;
    if (key !== null && ignored) found.undetermined.push('package.json#prisma is ignored by Prisma 7: move it to prisma.config.ts');
    else if (key !== null && found.schema === null) {
      found.schema = joinPath(folder, key);
      found.evidence.push({ file: owner.file, line, what: 'package.json#prisma.schema' });
    }
    for (const script of found.schema === null ? scriptsWith(repository, owner, /\bprisma\b.*--schema[= ]/) : []) {
      const path = /--schema[= ]["']?([^\s"']+)/.exec(script.text)?.[1];
      if (path === undefined || found.schema !== null) continue;
      found.schema = joinPath(folder, path);
      found.evidence.push({ file: owner.file, line: script.line, what: `script ${script.name} names the schema` });
    }
  }
  found.schema ??=
    ['schema.prisma', 'prisma/schema.prisma'].map((path) => joinPath(folder, path)!).find((path) => repository.hasFile(path)) ?? null;
  return found;
}

function readConfig(repository: Repository, config: string, found: PrismaProject): void {
  const text = repository.tryRead(config);
  if (text === null) return;
  const module = new JavascriptModule(text);
  const object = module.exported();
  found.evidence.push({ file: config, line: object?.line ?? 1, what: 'Prisma config' });
  if (object === null) {
    found.undetermined.push(`${config}: no object literal is exported`);
    return;
  }
  const setting = (...keys: string[]) => module.resolve(property(object, ...keys));
  for (const [name, keys] of [
    ['schema', ['schema']],
    ['migrations', ['migrations', 'path']],
  ] as const) {
    const value = setting(...keys);
    if (value === undefined) continue;
    const path = pathOf(value, parentFolder(config), module);
    const resolved = path === null ? null : path.fromFile ? joinPath(parentFolder(config), path.text) : joinPath(found.folder, path.text);
    if (resolved === null) found.undetermined.push(`${config}: ${keys.join('.')} is computed${named(environmentOf(value))}`);
    else {
      found[name] = resolved;
      found.evidence.push({ file: config, line: value.line, what: `${keys.join('.')} names ${resolved}` });
    }
  }
  const url = setting('datasource', 'url');
  found.variables = environmentOf(url);
  if (url !== undefined && found.variables.length === 0)
    found.urlSetting = textOf(url) !== null ? `${baseName(config)} datasource.url` : null;
  if (url !== undefined && found.variables.length === 0 && found.urlSetting === null)
    found.undetermined.push(`${config}: datasource.url is computed`);
  found.adapterEngine = textOf(setting('engine')) === 'js' || property(object, 'adapter') !== undefined;
}

/** ` (from A, B)` for the variables that a computed value names. */
export function named(variables: string[]): string {
  return variables.length === 0 ? '' : ` (from ${variables.join(', ')})`;
}
