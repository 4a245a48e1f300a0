/** Flyway: its own files, Maven, Gradle, Spring Boot and Quarkus; `V1__x.sql` and its kin. */
import { flywayDanger } from './flyway/danger.js';
import type { Dialect, Stack } from '../core/stack.js';
import { dialectOfUrl, onlyDialect } from './dialect.js';
import { buildsAbove, javaBuilds } from './flyway/build.js';
import { codeSources } from './flyway/code.js';
import { fileSources } from './flyway/files.js';
import { flywayFolders, outermost, type FlywayFolders } from './flyway/locations.js';
import { flywayMode, listFlyway, scanFlyway, standingBaselines, type FlywayScan } from './flyway/migrations.js';
import { flag, optionText, type FlywaySource } from './flyway/options.js';
import { springSources } from './flyway/spring.js';
import { byText, joinPath, relativeTo, upwards } from './paths.js';
import { environmentEntry } from './readers/settings.js';
import type { Repository } from './repository.js';
import { findOnce, newStack, withoutRepeats, type Found, type Listing, type MigrationTool } from './tool.js';

interface Details {
  source: FlywaySource;
  scan: FlywayScan;
}

/** Who decides when several files configure one module: the tool's own files, then the build, then the application. */
const rank: FlywaySource['kind'][] = ['toml', 'conf', 'maven', 'gradle', 'code', 'spring', 'quarkus'];

function find(repository: Repository): Found<Details>[] {
  const plugins = javaBuilds(repository).flatMap((build) => build.plugin ?? []);
  const sources = [...fileSources(repository), ...plugins, ...codeSources(repository), ...springSources(repository)].sort(
    (a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind) || byText(a.file, b.file),
  );
  const groups: { sources: FlywaySource[]; folders: FlywayFolders; dialect: Dialect }[] = [];
  for (const source of sources) {
    const dialect = dialectOf(repository, source);
    const folders = flywayFolders(repository, source, dialect);
    // The library alone, without a setting and without a folder, proves no migrations.
    if (
      source.options.size === 0 &&
      (source.kind === 'spring' || source.kind === 'code') &&
      folders.sql.length + folders.code.length === 0 &&
      folders.undetermined.length + source.undetermined.length === 0
    )
      continue;
    const sameModule = groups.filter((group) => group.sources[0]!.module === source.module);
    const key = [...folders.sql, ...folders.code].sort(byText).join('\n');
    const same =
      groups.find((group) => key !== '' && [...group.folders.sql, ...group.folders.code].sort(byText).join('\n') === key) ??
      (key === '' ? sameModule[0] : undefined);
    // A plugin beside an application that sets the folder: one stack, the one that finds the files decides.
    const empty = sameModule.find((group) => group.folders.sql.length + group.folders.code.length === 0);
    if (same !== undefined) same.sources.push(source);
    else if (empty !== undefined) {
      empty.sources.unshift(source);
      empty.folders = folders;
    } else groups.push({ sources: [source], folders, dialect });
  }
  return groups.map(({ sources: [first, ...others], folders }) =>
    stackOf(repository, merged(first!, others), [first!, ...others], folders),
  );
}

/** Options that a later source has and the deciding one lacks are taken over. */
function merged(first: FlywaySource, others: FlywaySource[]): FlywaySource {
  const options = new Map(first.options);
  for (const other of others) for (const [key, option] of other.options) if (!options.has(key)) options.set(key, option);
  return { ...first, options };
}

function dialectOf(repository: Repository, source: FlywaySource): Dialect {
  const url = optionText(source, 'url') ?? optionText(source, 'datasourceurl') ?? '';
  // `${DB_URL:jdbc:postgresql://…}`: the default behind the name has a scheme as well.
  const written = dialectOfUrl(url.replace(/^\$\{[\w.-]+:?/, '').replace(/^\$\{[\w.]+\}$/, ''));
  if (written !== 'unknown') return written;
  for (const name of [...variablesOf(source), 'FLYWAY_URL', 'SPRING_DATASOURCE_URL']) {
    const entry = environmentEntry(repository, source.module, name);
    if (entry !== null && dialectOfUrl(entry.value) !== 'unknown') return dialectOfUrl(entry.value);
  }
  return onlyDialect(buildsAbove(repository, source.module).flatMap((build) => build.dialects));
}

function variablesOf(source: FlywaySource): string[] {
  return source.options.get('url')?.variables ?? source.options.get('datasourceurl')?.variables ?? [];
}

function stackOf(repository: Repository, source: FlywaySource, sources: FlywaySource[], folders: FlywayFolders): Found<Details> {
  const sql = outermost(folders.sql);
  const code = outermost(folders.code);
  const scan = scanFlyway(repository, source, sql, code);
  const builds = buildsAbove(repository, source.module);
  const version = builds.map((build) => build.version).find((each) => each !== null && !each.includes('$')) ?? null;
  const kinds = new Set(sources.map((each) => each.kind));
  const folder = source.module;
  const stack = newStack({
    tool: 'flyway',
    supported: true,
    folder,
    toolVersion: version,
    dialect: dialectOf(repository, source),
    order: 'version',
    transactionMode: flywayMode(source),
    migrationFolders: [...new Set([...sql, ...code])],
    migrationCount: standingBaselines(scan).length + scan.versioned.length + scan.repeatable.length,
    command: commandOf(repository, folder, kinds),
    databaseSetting: databaseOf(repository, source),
    problems: scan.problems,
    evidence: sources.map((each) => ({ file: each.file, line: each.line, what: each.what })),
    undetermined: [...new Set([...sources.flatMap((each) => each.undetermined), ...folders.undetermined])],
    settings: settingsOf(source),
  });
  for (const build of builds) if (build.library !== null) stack.evidence.push(build.library);
  const locations = source.options.get('locations');
  if (locations !== undefined) stack.evidence.push({ file: locations.file, line: locations.line, what: 'locations' });
  for (const callback of scan.callbacks)
    stack.evidence.push({
      file: callback.file,
      line: null,
      what: `callback ${callback.name.type === 'callback' ? callback.name.event : ''}: runs beside the migrations`,
    });
  for (const baseline of scan.baseline)
    if (!standingBaselines(scan).includes(baseline))
      stack.undetermined.push(
        `${baseline.file} is a baseline migration: an empty database takes it in place of the versions up to its own`,
      );
  if (stack.command === null)
    stack.undetermined.push(
      'command: the application runs the migrations when it starts; there is no plugin and no configuration for the flyway program',
    );
  if (version === null)
    stack.undetermined.push(
      kinds.has('spring') || builds.some((build) => build.spring)
        ? 'version of Flyway: managed by Spring Boot'
        : 'version of Flyway: not in the project, the program on PATH counts',
    );
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: neither a URL nor one driver tells it');
  if (stack.databaseSetting === null) stack.undetermined.push('database: no url is configured');
  if (stack.migrationFolders.length === 0) stack.undetermined.push(`folder: ${folders.expected[0] ?? 'the location'} does not exist`);
  stack.evidence = withoutRepeats(stack.evidence);
  return { stack, details: { source, scan } };
}

/** Settings that judging and running need; none of them is a secret. */
function settingsOf(source: FlywaySource): Record<string, string> {
  const settings: Record<string, string> = { historyTable: optionText(source, 'table') ?? 'flyway_schema_history' };
  const schema = optionText(source, 'defaultSchema') ?? optionText(source, 'schemas')?.split(',')[0]?.trim();
  if (schema !== undefined && /^[\w$."-]+$/.test(schema)) settings['historySchema'] = schema;
  // Files of its own, Spring Boot, Maven and the Gradle plugin each spell it their way.
  const locks = [
    'postgresql.transactional.lock',
    'postgresql.transactionalLock',
    'postgresqlTransactionalLock',
    'pluginConfiguration.postgresqlTransactionalLock',
  ];
  settings['transactionalLock'] = String(locks.every((key) => flag(source, key, true)));
  for (const key of ['outOfOrder', 'mixed', 'group', 'baselineOnMigrate', 'validateMigrationNaming', 'cleanDisabled']) {
    const value = optionText(source, key);
    if (value !== null) settings[key] = String(value.trim().toLowerCase() === 'true');
  }
  return settings;
}

function databaseOf(repository: Repository, source: FlywaySource): string | null {
  const option = source.options.get('url') ?? source.options.get('datasourceurl');
  const whole = /^\s*\$\{(?:env\.)?([A-Za-z_]\w*)(?::[^}]*)?\}\s*$/.exec(option?.value ?? '')?.[1];
  if (whole !== undefined) return whole;
  const setting = optionText(source, 'urlSetting');
  if (option !== undefined && setting !== null) return setting;
  return (
    ['FLYWAY_URL', 'SPRING_FLYWAY_URL', 'SPRING_DATASOURCE_URL'].find(
      (name) => environmentEntry(repository, source.module, name) !== null,
    ) ?? null
  );
}

function commandOf(repository: Repository, folder: string, kinds: Set<FlywaySource['kind']>): string[] | null {
  const wrapper = (name: string): string | null => {
    const above = upwards(folder).find((each) => repository.hasFile(joinPath(each, name)!));
    return above === undefined ? null : above === folder ? `./${name}` : `${relativeTo(folder, above)}/${name}`;
  };
  if (kinds.has('maven')) return [wrapper('mvnw') ?? 'mvn', '-q', '-B'];
  if (kinds.has('gradle')) return [wrapper('gradlew') ?? 'gradle', '-q'];
  if (kinds.has('toml') || kinds.has('conf')) return ['flyway'];
  return null;
}

function list(repository: Repository, stack: Stack): Listing {
  const details = findOnce(repository, find).find((each) => each.stack.id === stack.id)?.details;
  return details === undefined ? { migrations: [], problems: [] } : listFlyway(repository, stack, details.source, details.scan);
}

const flyway: MigrationTool = {
  name: 'flyway',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list,
  history: async (call, read) => (await import('./flyway/history.js')).flywayHistory(call, read),
  create: async (call, wanted) => (await import('./flyway/create.js')).createFlyway(call, wanted),
  apply: async (call, migration) => (await import('./flyway/run.js')).applyFlyway(call, migration),
  applyUntil: async (call, migration) => (await import('./flyway/run.js')).applyFlyway(call, migration),
  rollback: async (call, migration) => (await import('./flyway/run.js')).rollbackFlyway(call, migration),
  bookkeeping: async (call, migration) => (await import('./flyway/bookkeeping.js')).flywayBookkeeping(call, migration),
  danger: flywayDanger,
};

export default flyway;
