/** Reads `drizzle.config.*`: folder, dialect, names of the credentials, history table. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import { dialectOfName, dialectOfUrl } from '../dialect.js';
import { baseName, byText, joinPath, parentFolder } from '../paths.js';
import { isTable, readJson } from '../readers/formats.js';
import { JavascriptModule } from '../readers/javascript-module.js';
import { pathOf } from '../readers/path-value.js';
import { environmentOf, property, textOf, type Value } from '../readers/value.js';
import type { Repository } from '../repository.js';
import { allPackages, owningPackage, scriptsWith } from '../runners/javascript.js';
import { named } from '../prisma/config.js';

export interface DrizzleConfig {
  file: string;
  /** Folder in which the kit is run: that of the config, or of the package whose script names it. */
  folder: string;
  /** Migrations folder; null when it is computed. */
  out: string | null;
  dialect: Dialect;
  databaseSetting: string | null;
  variables: string[];
  settings: Record<string, string>;
  evidence: StackEvidence[];
  undetermined: string[];
}

const configName = /^drizzle([.-].*)?\.config(\..+)?\.([cm]?[jt]s|json)$|^drizzle\.config\.([cm]?[jt]s|json)$/;

/** Drivers of the time before `dialect`, and today's. Source: drizzle-kit 0.2x and 0.31. */
const drivers: Record<string, Dialect> = {
  pg: 'postgres',
  'aws-data-api': 'postgres',
  pglite: 'postgres',
  mysql2: 'mysql',
  'better-sqlite': 'sqlite',
  libsql: 'sqlite',
  turso: 'sqlite',
  d1: 'sqlite',
  'd1-http': 'sqlite',
  expo: 'sqlite',
  'durable-sqlite': 'sqlite',
  'sqlite-cloud': 'sqlite',
};

/** Every Drizzle configuration: by its name, or because a package script gives it to drizzle-kit. */
export function drizzleConfigs(repository: Repository): DrizzleConfig[] {
  const runFolders = new Map<string, { folder: string; evidence: StackEvidence[] }>();
  for (const file of repository.named(configName)) runFolders.set(file, { folder: parentFolder(file), evidence: [] });
  for (const owner of allPackages(repository)) {
    for (const script of scriptsWith(repository, owner, /\bdrizzle-kit\b.*--config[= ]/)) {
      for (const [, written] of script.text.matchAll(/--config[= ]["']?([^\s"']+)/g)) {
        const file = joinPath(owner.folder, written!);
        if (file !== null && repository.hasFile(file))
          runFolders.set(file, {
            folder: owner.folder,
            evidence: [{ file: owner.file, line: script.line, what: `script ${script.name} names the config` }],
          });
      }
    }
  }
  // The plain name first: it is the one that a command takes by itself.
  const isDefault = (file: string): boolean => /(^|\/)drizzle\.config\.\w+$/.test(file);
  return [...runFolders]
    .sort(([a], [b]) => Number(isDefault(b)) - Number(isDefault(a)) || byText(a, b))
    .flatMap(([file, { folder, evidence }]) => {
      const config = readConfig(repository, file, folder);
      return config === null ? [] : [{ ...config, evidence: [...config.evidence, ...evidence] }];
    });
}

function readConfig(repository: Repository, file: string, folder: string): DrizzleConfig | null {
  const text = repository.tryRead(file);
  if (text === null) return null;
  // A JSON config is an expression like any other; reading it as such keeps its lines.
  if (file.endsWith('.json') && !isTable(readJson(repository, file))) return null;
  const module = new JavascriptModule(file.endsWith('.json') ? `export default ${text}` : text);
  const object = module.exported();
  const config: DrizzleConfig = {
    file,
    folder,
    out: joinPath(folder, 'drizzle'),
    dialect: 'unknown',
    databaseSetting: null,
    variables: [],
    settings: {},
    evidence: [{ file, line: object?.line ?? 1, what: 'Drizzle config' }],
    undetermined: [],
  };
  const usesKit = module.imports().some((name) => /^drizzle-(kit|orm)/.test(name));
  if (object === null) {
    if (!usesKit) return null;
    return { ...config, out: null, undetermined: [`${file}: no object literal is exported, so folder and dialect are not known`] };
  }
  const setting = (...keys: string[]): Value | undefined => module.resolve(property(object, ...keys));
  if (!usesKit && ['dialect', 'driver', 'out', 'schema'].every((key) => setting(key) === undefined)) return null;
  readOut(repository, config, setting('out'), module);
  readDialect(config, setting('dialect'), setting('driver'), setting('dbCredentials', 'url'));
  readCredentials(config, setting('dbCredentials'), module);
  for (const [key, name] of [
    ['table', 'historyTable'],
    ['schema', 'historySchema'],
    ['prefix', 'prefix'],
  ] as const) {
    const value = textOf(setting('migrations', key));
    if (value !== null) config.settings[name] = value;
  }
  return config;
}

function readOut(repository: Repository, config: DrizzleConfig, value: Value | undefined, module: JavascriptModule): void {
  if (value === undefined) {
    config.undetermined.push(...(repository.hasFolder(config.out ?? '') ? [] : ['out is not set: ./drizzle is the default']));
    return;
  }
  const path = pathOf(value, parentFolder(config.file), module);
  if (path === null) {
    config.out = null;
    config.undetermined.push(`${config.file}: out is computed${named(environmentOf(value))}, so the migrations folder is not known`);
    return;
  }
  // `out` counts from the working folder: usually the config's own, else that of the package around it.
  const owner = owningPackage(repository, config.folder)?.folder ?? config.folder;
  const bases = path.fromFile ? [parentFolder(config.file)] : [config.folder, parentFolder(config.file), owner, '.'];
  const candidates = bases.flatMap((base) => joinPath(base, path.text) ?? []);
  const existing = bases.find((base) => repository.hasFolder(joinPath(base, path.text) ?? ''));
  config.out = (existing === undefined ? candidates[0] : joinPath(existing, path.text)) ?? null;
  if (existing !== undefined && !path.fromFile)
    config.folder = existing === parentFolder(config.file) || existing === owner ? existing : config.folder;
  if (config.out === null) config.undetermined.push(`${config.file}: out leads out of the repository`);
  else config.evidence.push({ file: config.file, line: value.line, what: `out names ${config.out}` });
}

function readDialect(config: DrizzleConfig, dialect: Value | undefined, driver: Value | undefined, url: Value | undefined): void {
  const written = textOf(dialect);
  if (written !== null) {
    config.dialect = dialectOfName(written);
    config.evidence.push({ file: config.file, line: dialect!.line, what: `dialect ${written}` });
    if (config.dialect === 'unknown') config.undetermined.push(`dialect: ${written} is not one that lockkeeper judges`);
    return;
  }
  config.dialect = drivers[textOf(driver) ?? ''] ?? (dialect === undefined ? dialectOfUrl(textOf(url) ?? '') : 'unknown');
  if (config.dialect === 'unknown')
    config.undetermined.push(
      dialect === undefined ? `dialect: ${config.file} names none` : `dialect: computed in ${config.file}${named(environmentOf(dialect))}`,
    );
}

function readCredentials(config: DrizzleConfig, credentials: Value | undefined, module: JavascriptModule): void {
  const url = module.resolve(property(credentials, 'url') ?? property(credentials, 'connectionString') ?? property(credentials, 'uri'));
  config.variables = environmentOf(url);
  const parts = environmentOf(credentials);
  if (config.variables[0] !== undefined) config.databaseSetting = config.variables[0];
  else if (credentials !== undefined && credentials.kind !== 'object') {
    config.databaseSetting = `${baseName(config.file)} dbCredentials`;
    config.undetermined.push(`database: dbCredentials in ${config.file} are computed${named(parts)}`);
  } else if (url !== undefined || parts.length > 0 || credentials?.kind === 'object') {
    config.databaseSetting = `${baseName(config.file)} dbCredentials`;
    if (parts.length > 0)
      config.evidence.push({ file: config.file, line: credentials?.line ?? null, what: `dbCredentials read ${parts.join(', ')}` });
    else if (url !== undefined && url.kind !== 'string')
      config.undetermined.push(`database: dbCredentials.url in ${config.file} comes from other code`);
  } else config.undetermined.push(`database: ${config.file} names no dbCredentials`);
}
