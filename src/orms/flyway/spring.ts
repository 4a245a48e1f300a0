/** Flyway inside applications: `spring.flyway.*` and `quarkus.flyway.*` in `application*.properties` and `.yml`. */
import { baseName, byText, parentFolder, upwards } from '../paths.js';
import { at, readYaml } from '../readers/formats.js';
import { readProperties } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { lineOf } from '../tool.js';
import { buildsAbove, javaBuilds, type JavaBuild } from './build.js';
import { flattened, optionKey, setOption, type FlywaySource } from './options.js';

const configuration = /^(application|bootstrap)(-[\w.-]+)?\.(properties|ya?ml)$/;
const frameworks = [
  ['spring', 'spring.flyway.', 'spring.datasource.url'],
  ['quarkus', 'quarkus.flyway.', 'quarkus.datasource.jdbc.url'],
] as const;

/** Applications that configure Flyway, or that have its library beside Spring Boot and so run it by default. */
export function springSources(repository: Repository): FlywaySource[] {
  const modules = new Map<string, string[]>();
  for (const file of repository.named(configuration)) {
    if (/(^|\/)src\/(test|it|integration-?test)\//i.test(file)) continue;
    const module = moduleOf(repository, file);
    modules.set(module, [...(modules.get(module) ?? []), file]);
  }
  for (const build of javaBuilds(repository))
    if (build.library !== null && build.spring && !modules.has(build.folder)) modules.set(build.folder, []);
  return [...modules].flatMap(([module, files]) => ofModule(repository, module, files.sort(byProfile)));
}

/** A module's own folder: up from `src/main/resources`, or the nearest build file. */
function moduleOf(repository: Repository, file: string): string {
  const resources = /^(.*?)\/?src\/main\/resources\//.exec(file);
  if (resources !== null) return resources[1] === '' ? '.' : resources[1]!;
  return (
    upwards(parentFolder(file)).find((folder) => javaBuilds(repository).some((build) => build.folder === folder)) ?? parentFolder(file)
  );
}

/** The file without a profile last, so that it decides. */
function byProfile(a: string, b: string): number {
  return Number(!baseName(a).includes('-')) - Number(!baseName(b).includes('-')) || byText(a, b);
}

function ofModule(repository: Repository, module: string, files: string[]): FlywaySource[] {
  const sources: FlywaySource[] = [];
  for (const [kind, prefix, datasource] of frameworks) {
    const source: FlywaySource = { kind, module, file: '', line: null, what: '', options: new Map(), undetermined: [] };
    for (const file of files) readFile(repository, file, prefix, datasource, source);
    const library: JavaBuild | undefined = buildsAbove(repository, module).find((build) => build.library !== null);
    const byDefault = kind === 'spring' && library?.folder === module && library.spring;
    if (source.file === '' && !byDefault) continue;
    if (source.file === '')
      Object.assign(source, { file: library!.file, line: library!.library!.line, what: 'Spring Boot runs Flyway with its defaults' });
    sources.push(source);
  }
  return sources;
}

function readFile(repository: Repository, file: string, prefix: string, datasource: string, source: FlywaySource): void {
  const text = repository.tryRead(file) ?? '';
  const entries: [string, unknown, number | null][] = /ya?ml$/.test(file)
    ? readYaml(repository, file)
        .filter((document) => isBase(document))
        .flatMap((document) =>
          flattened(document).map(([key, value]): [string, unknown, number | null] => [
            key,
            value,
            lineOf(
              text,
              new RegExp(
                `^\\s*"?${key
                  .split('.')
                  .at(-1)!
                  .replaceAll(/[^\w-]/g, '.')}"?\\s*:`,
                'm',
              ),
            ),
          ]),
        )
    : [...readProperties(text)].map(([key, { value, line }]) => [key, value, line]);
  const profile = /^\w+-(.+)\.\w+$/.exec(baseName(file))?.[1] ?? null;
  for (const [key, value, line] of entries) {
    const own = optionKey(key).startsWith(optionKey(prefix)) ? key.slice(prefix.length) : null;
    if (own === null && optionKey(key) !== optionKey(datasource)) continue;
    const name = own ?? 'datasourceurl';
    if (own !== null && (source.file === '' || profile === null)) Object.assign(source, { file, line, what: `${prefix}${own}` });
    if (profile !== null && own !== null) source.undetermined.push(`profile ${profile} sets ${key}`);
    if (name === 'enabled' && String(value) === 'false')
      source.undetermined.push(
        `${key} is false in ${file}: the application does not run the migrations${profile === null ? '' : ' under that profile'}`,
      );
    // What only a profile sets is not the project's own setting; its URL still tells the dialect.
    if (profile !== null && own !== null && own !== 'url') continue;
    setOption(source, name, value, line, file);
    if (name === 'url' || (name === 'datasourceurl' && !source.options.has('url')))
      setOption(source, 'urlSetting', `${baseName(file)} ${key}`, null);
  }
}

/** Documents for a profile are left out, as the files for profiles count less. */
function isBase(document: unknown): boolean {
  return at(document, 'spring', 'config', 'activate') === undefined && at(document, 'spring', 'profiles') === undefined;
}
