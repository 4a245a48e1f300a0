/** Flyway in builds: the Maven plugin, the Gradle plugin, and dependencies on its library. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import { baseName, joinPath, parentFolder, upwards } from '../paths.js';
import { at, isTable, listOf, readToml, readXml, textAt, type Table } from '../readers/formats.js';
import type { Repository } from '../repository.js';
import { lineAt, lineOf } from '../tool.js';
import { flattened, setOption, type FlywaySource } from './options.js';

/** What one build file says. */
export interface JavaBuild {
  file: string;
  folder: string;
  kind: 'maven' | 'gradle';
  plugin: FlywaySource | null;
  /** Dependencies of Flyway's library, and of drivers. */
  library: StackEvidence | null;
  version: string | null;
  dialects: Dialect[];
  spring: boolean;
}

const groups = /^(org\.flywaydb|com\.redgate\.flyway)$/;
const driverWords: [RegExp, Dialect][] = [
  [/flyway-database-postgresql|org\.postgresql|quarkus-jdbc-postgresql|r2dbc-postgresql/, 'postgres'],
  [/mariadb-java-client|quarkus-jdbc-mariadb/, 'mariadb'],
  [/mysql-connector|quarkus-jdbc-mysql/, 'mysql'],
  [/sqlite-jdbc/, 'sqlite'],
];

/** All build files that mention Flyway, directly or through the parent above. */
export function javaBuilds(repository: Repository): JavaBuild[] {
  return repository.once('java builds', () => [
    ...repository.named('pom.xml').flatMap((file) => ofMaven(repository, file)),
    ...repository.named(/^build\.gradle(\.kts)?$/).flatMap((file) => ofGradle(repository, file)),
  ]);
}

/** The build files that count for a folder, nearest first. */
export function buildsAbove(repository: Repository, folder: string): JavaBuild[] {
  return upwards(folder).flatMap((above) => javaBuilds(repository).filter((build) => build.folder === above));
}

function ofMaven(repository: Repository, file: string): JavaBuild[] {
  const text = repository.peek(file, 512 * 1024);
  const xml = readXml(repository, file);
  const project = at(xml, 'project');
  if (!isTable(project)) return [];
  const folder = parentFolder(file);
  const dependencies = listOf(at(project, 'dependencies', 'dependency')).filter(isTable);
  const library = dependencies.find(
    (each) => groups.test(textAt(each, 'groupId') ?? '') || /flyway/.test(textAt(each, 'artifactId') ?? ''),
  );
  const plugin = [
    ...listOf(at(project, 'build', 'plugins', 'plugin')),
    ...listOf(at(project, 'build', 'pluginManagement', 'plugins', 'plugin')),
    ...listOf(at(project, 'profiles', 'profile')).flatMap((profile) => listOf(at(profile, 'build', 'plugins', 'plugin'))),
  ]
    .filter(isTable)
    .find((each) => groups.test(textAt(each, 'groupId') ?? '') && textAt(each, 'artifactId') === 'flyway-maven-plugin');
  const line = lineOf(text, /<artifactId>\s*(flyway|spring-boot-starter-flyway|quarkus-flyway)/);
  const names = dependencies.map((each) => `${textAt(each, 'groupId') ?? ''}:${textAt(each, 'artifactId') ?? ''}`);
  const build: JavaBuild = {
    file,
    folder,
    kind: 'maven',
    plugin: null,
    library: library === undefined ? null : { file, line, what: `depends on ${textAt(library, 'artifactId') ?? 'flyway'}` },
    version: mavenText(project, textAt(plugin, 'version') ?? textAt(library, 'version') ?? textAt(project, 'properties', 'flyway.version')),
    dialects: driverWords.filter(([word]) => names.some((name) => word.test(name))).map(([, dialect]) => dialect),
    spring: /spring-boot/.test(text),
  };
  if (plugin !== undefined) build.plugin = mavenPlugin(project, plugin, file, folder, lineOf(text, 'flyway-maven-plugin'));
  return [build];
}

function mavenPlugin(project: Table, plugin: Table, file: string, folder: string, line: number | null): FlywaySource {
  const source: FlywaySource = {
    kind: 'maven',
    module: folder,
    file,
    line,
    what: 'flyway-maven-plugin',
    options: new Map(),
    undetermined: [],
  };
  const properties = at(project, 'properties');
  for (const [key, value] of flattened(properties))
    if (key.startsWith('flyway.') && key !== 'flyway.version') setOption(source, key.slice(7), mavenText(project, String(value)), line);
  const configuration = at(plugin, 'configuration');
  if (!isTable(configuration)) return source;
  for (const [key, value] of Object.entries(configuration)) {
    const texts = isTable(value) ? listOf(at(value, key.replace(/s$/, ''))) : [value];
    if (key === 'placeholders' && isTable(value))
      for (const [name, text] of Object.entries(value)) setOption(source, `placeholders.${name}`, mavenText(project, String(text)), line);
    else if (key === 'configFiles') source.undetermined.push('configuration: the plugin also reads the files in configFiles');
    else if (texts.length > 0 && texts.every((each) => typeof each === 'string'))
      setOption(source, key, (texts as string[]).map((each) => mavenText(project, each)).join(','), line);
    else if (isTable(value)) for (const [name, text] of flattened(value)) setOption(source, `${key}.${name}`, text, line);
  }
  if (source.options.has('url')) setOption(source, 'urlSetting', `${baseName(file)} flyway-maven-plugin url`, null);
  return source;
}

/** Replaces `${property}` by what the pom's own properties say. */
function mavenText(project: Table, text: string | null): string | null {
  return (
    text?.replace(/\$\{([^}]+)\}/g, (all, name: string) =>
      /^(project\.)?basedir$/.test(name) ? '.' : (textAt(project, 'properties', name) ?? all),
    ) ?? null
  );
}

function ofGradle(repository: Repository, file: string): JavaBuild[] {
  const text = withoutComments(repository.tryRead(file) ?? '');
  const folder = parentFolder(file);
  const plugin =
    /(?:id\s*\(?\s*["'](?:org\.flywaydb\.flyway|com\.redgate\.flyway)["']\s*\)?(?:\s*version\s*\(?\s*["']([^"']+)["'])?|alias\s*\(?\s*libs\.plugins\.flyway|apply plugin:\s*["']org\.flywaydb\.flyway["'])/.exec(
      text,
    );
  const library =
    /["'](?:org\.flywaydb|com\.redgate\.flyway):flyway-[\w-]+(?::([^"'@]+))?["']|["'][\w.]+:spring-boot-(?:starter-)?flyway["']|["']io\.quarkus:quarkus-flyway["']|\blibs\.(?:\w+\.)*flyway\b/.exec(
      text,
    );
  if (plugin === null && library === null && !/flyway|spring-boot/i.test(text)) return [];
  const written = [plugin?.[1], library?.[1]].find((version) => version !== undefined && !version.includes('$'));
  const build: JavaBuild = {
    file,
    folder,
    kind: 'gradle',
    plugin: null,
    library: library === null ? null : { file, line: lineAt(text, library.index), what: 'depends on Flyway' },
    version: written ?? catalogVersion(repository, folder),
    dialects: driverWords.filter(([word]) => word.test(text)).map(([, dialect]) => dialect),
    spring: /spring-boot|springframework\.boot/.test(text),
  };
  if (plugin !== null) build.plugin = gradlePlugin(text, plugin.index, file, folder);
  return [build];
}

function gradlePlugin(text: string, offset: number, file: string, folder: string): FlywaySource {
  const source: FlywaySource = {
    kind: 'gradle',
    module: folder,
    file,
    line: lineAt(text, offset),
    what: 'Flyway Gradle plugin',
    options: new Map(),
    undetermined: [],
  };
  const block = /^[ \t]*flyway\s*\{/m.exec(text);
  if (block === null) return source;
  const start = block.index + block[0].length;
  let depth = 1;
  let end = start;
  for (; end < text.length && depth > 0; end += 1) depth += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0;
  const body = text.slice(start, end - 1);
  for (const found of body.matchAll(/^[ \t]*(\w+)[ \t]*(?:=|\s)[ \t]*(\[[^\]]*\]|(?:arrayOf|listOf)\([^)]*\)|[^\n]+)/gm)) {
    const line = lineAt(text, start + found.index + found[0].search(/\S/));
    const strings = [...found[2]!.matchAll(/["']([^"']*)["']/g)].map((each) => each[1]!);
    const environment = /(?:System\.)?getenv\(?\s*\(?["'](\w+)["']|environmentVariable\(["'](\w+)["']\)/.exec(found[2]!);
    if (environment !== null) setOption(source, found[1]!, `\${${(environment[1] ?? environment[2])!}}`, line);
    else if (found[1] === 'placeholders')
      for (const [, name, value] of found[2]!.matchAll(/["']?(\w+)["']?\s*(?::|to)\s*["']([^"']*)["']/g))
        setOption(source, `placeholders.${name!}`, value, line);
    else if (strings.length > 0 && isLiteral(found[2]!))
      setOption(
        source,
        found[1]!,
        strings
          .map((each) => each.replace(/^(filesystem:)?\$\{?(?:projectDir|project\.projectDir|rootDir|rootProject\.projectDir)\}?\//, '$1'))
          .join(','),
        line,
      );
    else if (/^(true|false)\b/.test(found[2]!)) setOption(source, found[1]!, /^true/.test(found[2]!), line);
    else source.undetermined.push(`${found[1]!} in ${file} is computed`);
  }
  if (source.options.has('url')) setOption(source, 'urlSetting', `${baseName(file)} flyway.url`, null);
  return source;
}

/** True for strings and lists of strings alone; a call in between makes the value a computed one. */
function isLiteral(text: string): boolean {
  return !/\w+\s*\(/.test(text.replace(/["'][^"']*["']/g, '').replace(/\b(arrayOf|listOf|setOf)\s*\(/g, ''));
}

function catalogVersion(repository: Repository, folder: string): string | null {
  const file = upwards(folder)
    .map((above) => joinPath(above, 'gradle/libs.versions.toml')!)
    .find((each) => repository.hasFile(each));
  return file === undefined ? null : textAt(readToml(repository, file), 'versions', 'flyway');
}

function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (all) =>
    /^["']/.test(all) ? all : all.replace(/[^\n]/g, ' '),
  );
}
