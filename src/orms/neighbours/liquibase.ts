/** Liquibase: changelogs in XML, YAML, JSON or formatted SQL, and what names the first of them. */
import type { Stack, StackEvidence } from '../../core/stack.js';
import { dialectOfUrl, onlyDialect } from '../dialect.js';
import { buildsAbove, javaBuilds } from '../flyway/build.js';
import { byText, joinPath, parentFolder, relativeTo, upwards } from '../paths.js';
import { readProperties } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { lineOf, newStack, uniqueIds, withoutRepeats, type MigrationTool } from '../tool.js';

const changelog = /<databaseChangeLog\b|^\s*["']?databaseChangeLog["']?\s*:|^\s*--\s*liquibase formatted sql/im;

function detect(repository: Repository): Stack[] {
  const candidates = ['xml', 'yml', 'yaml', 'json', 'sql']
    .flatMap((extension) => repository.withExtension(extension))
    .filter((file) => /change|liquibase|db|migrat|sql$/i.test(file));
  // A properties file may name a changelog that nothing in its path shows.
  for (const file of repository.named(/^liquibase([\w.-]*)\.properties$/)) {
    const named = [...readProperties(repository.tryRead(file) ?? '')]
      .find(([key]) => /change-?log-?file$/i.test(key))?.[1]
      .value.replace(/^classpath:\/*/, '');
    const path = named === undefined ? null : joinPath(parentFolder(file), named);
    if (path !== null && repository.hasFile(path) && !candidates.includes(path)) candidates.push(path);
  }
  const changelogs = candidates.filter((file) => changelog.test(repository.peek(file, 4096))).sort(byText);
  const modules = new Map<string, { files: string[]; named: StackEvidence[]; url: string | null; setting: string | null }>();
  const moduleOf = (folder: string): string => {
    const resources = /^(.*?)\/?src\/(main|test)\/resources(\/|$)/.exec(folder);
    if (resources !== null) return resources[1] === '' ? '.' : resources[1]!;
    return (
      upwards(folder).find(
        (above) =>
          javaBuilds(repository).some((build) => build.folder === above) || repository.hasFile(joinPath(above, 'liquibase.properties')!),
      ) ?? folder
    );
  };
  /** The outermost build around a folder: changelogs of many modules are put together by one application. */
  const outermostBuild = (folder: string): string =>
    upwards(folder).findLast((above) => javaBuilds(repository).some((build) => build.folder === above)) ?? folder;
  const entry = (module: string) => {
    const known = modules.get(module) ?? { files: [], named: [], url: null, setting: null };
    modules.set(module, known);
    return known;
  };
  for (const file of repository.named(/^(liquibase([\w.-]*)\.properties|application\.(properties|ya?ml))$/)) {
    const text = repository.tryRead(file) ?? '';
    const own = /liquibase[^/]*\.properties$/.test(file);
    const place = /^\s*(?:liquibase\.command\.)?change-?log-?file\s*[=:]/im;
    const spring = /^\s*(?:spring\.liquibase\.change-log|change-log)\s*[=:]/m;
    if (own ? !place.test(text) : !(/liquibase/.test(text) && spring.test(text))) continue;
    const module = entry(moduleOf(parentFolder(file)));
    module.named.push({ file, line: lineOf(text, own ? place : spring), what: 'names the changelog' });
    const url =
      own && file.endsWith('.properties')
        ? ([...readProperties(text)].find(([key]) => /(^|\.)url$/i.test(key))?.[1].value ?? null)
        : (/^\s*(?:spring\.datasource\.url|url)\s*[=:]\s*["']?(\S+)/m.exec(text)?.[1] ?? null);
    module.url ??= url;
    if (url !== null) module.setting ??= /^\$\{(\w+)/.exec(url)?.[1] ?? `${file} url`;
  }
  const named = [...modules.keys()];
  for (const file of changelogs) {
    if (/(^|\/)src\/test\//.test(file)) continue;
    const module = moduleOf(parentFolder(file));
    entry(named.includes(module) ? module : named.length === 1 ? named[0]! : outermostBuild(module)).files.push(file);
  }
  const stacks = [...modules].flatMap(([module, found]) =>
    found.files.length === 0 ? [] : [stackOf(repository, module, found.files, found.named, found.url, found.setting)],
  );
  uniqueIds(stacks);
  return stacks;
}

function stackOf(
  repository: Repository,
  module: string,
  files: string[],
  named: StackEvidence[],
  url: string | null,
  setting: string | null,
): Stack {
  const builds = buildsAbove(repository, module);
  const plugin = builds.find((build) => /liquibase-maven-plugin|org\.liquibase\.gradle/.test(repository.peek(build.file, 256 * 1024)));
  const wrapper = plugin === undefined ? null : plugin.kind === 'maven' ? 'mvnw' : 'gradlew';
  const above = wrapper === null ? undefined : upwards(module).find((folder) => repository.hasFile(joinPath(folder, wrapper)!));
  const program =
    wrapper === null
      ? 'liquibase'
      : above === undefined
        ? wrapper === 'mvnw'
          ? 'mvn'
          : 'gradle'
        : above === module
          ? `./${wrapper}`
          : `${relativeTo(module, above)}/${wrapper}`;
  const count = files.reduce(
    (sum, file) =>
      sum +
      (repository.peek(file, 1024 * 1024).match(/<changeSet\b|^\s*-\s*changeSet\s*:|"changeSet"\s*:|^\s*--\s*changeset\s/gim) ?? []).length,
    0,
  );
  const text = builds.map((build) => repository.peek(build.file, 256 * 1024)).join('\n');
  const stack = newStack({
    tool: 'liquibase',
    supported: false,
    folder: module,
    toolVersion:
      /liquibase[\w-]*<\/artifactId>\s*<version>([\d.]+)|org\.liquibase:liquibase-core:([\d.]+)/.exec(text)?.slice(1).find(Boolean) ?? null,
    dialect: dialectOfUrl(url?.replace(/^\$\{[\w.-]+:/, '') ?? ''),
    migrationFolders: [...new Set(files.map(parentFolder))],
    order: 'unknown',
    migrationCount: count,
    command: [program],
    databaseSetting: setting,
    transactionMode: 'per-file',
    settings: { historyTable: 'databasechangelog' },
    evidence: [
      ...named,
      ...files.slice(0, 3).map((file) => ({ file, line: lineOf(repository.peek(file, 4096), changelog), what: 'changelog' })),
    ],
    undetermined: ['order: the changelogs include each other, which is not followed'],
  });
  if (stack.dialect === 'unknown') stack.dialect = onlyDialect(builds.flatMap((build) => build.dialects));
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: neither a URL nor one driver tells it');
  if (setting === null) stack.undetermined.push('database: no url is configured');
  if (stack.toolVersion === null) stack.undetermined.push('version of Liquibase: no build file gives it');
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const liquibase: MigrationTool = { name: 'liquibase', supported: false, detect };

export default liquibase;
