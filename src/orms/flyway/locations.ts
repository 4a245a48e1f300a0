/** From Flyway's locations to folders of the repository. */
import type { Dialect } from '../../core/stack.js';
import { isUnder, joinPath } from '../paths.js';
import type { Repository } from '../repository.js';
import { optionText, type FlywaySource } from './options.js';

export interface FlywayFolders {
  /** Folders with SQL files, existing ones only. */
  sql: string[];
  /** Folders with Java or Kotlin migrations, existing ones only. */
  code: string[];
  /** Where they are expected when none exists. */
  expected: string[];
  undetermined: string[];
}

const defaults: Record<FlywaySource['kind'], string> = {
  toml: 'filesystem:sql',
  conf: 'filesystem:sql',
  maven: 'filesystem:src/main/resources/db/migration',
  gradle: 'filesystem:src/main/resources/db/migration',
  code: 'classpath:db/migration',
  spring: 'classpath:db/migration',
  quarkus: 'classpath:db/migration',
};

/** Names that `{vendor}` takes in Spring Boot. */
const vendors: Record<Exclude<Dialect, 'unknown'>, string[]> = {
  postgres: ['postgresql'],
  mysql: ['mysql'],
  mariadb: ['mariadb'],
  sqlite: ['sqlite'],
};

/** Folders of a source. */
export function flywayFolders(repository: Repository, source: FlywaySource, dialect: Dialect): FlywayFolders {
  const folders: FlywayFolders = { sql: [], code: [], expected: [], undetermined: [] };
  for (const written of (optionText(source, 'locations') ?? defaults[source.kind]).split(','))
    add(repository, source, dialect, written.trim(), folders);
  return folders;
}

function add(repository: Repository, source: FlywaySource, dialect: Dialect, written: string, folders: FlywayFolders): void {
  // A variable with a default, as Spring writes it: the default is what the repository knows.
  const text = written.replace(/\$\{[\w.-]+:([^}]*)\}/g, '$1').replace(/\$\{(project\.)?basedir\}\/?/g, '');
  if (text === '') return;
  if (text.includes('${') || text.includes('$(')) {
    folders.undetermined.push(
      `a location in ${source.file} is computed${source.options.get('locations')?.variables.length ? ` (from ${source.options.get('locations')!.variables.join(', ')})` : ''}`,
    );
    return;
  }
  const [, scheme = 'classpath', path = ''] = /^(?:([a-z0-9]+):)?(.*)$/i.exec(text)!;
  if (scheme !== 'classpath' && scheme !== 'filesystem') {
    folders.undetermined.push(`a location in ${source.file} is not in the repository (${scheme})`);
    return;
  }
  for (const each of withVendor(path, dialect, folders)) {
    const sql = scheme === 'classpath' ? ['src/main/resources'] : ['.'];
    const code = scheme === 'classpath' ? ['src/main/java', 'src/main/kotlin', 'src/main/groovy'] : ['.'];
    const relative = scheme === 'classpath' ? each.replace(/^\/+/, '') : each;
    // The folder of a module is tried first, then the root, from which a command may be run.
    const bases = scheme === 'filesystem' ? [...new Set([source.module, '.'])] : [source.module];
    const resolve = (base: string, root: string): string | null => {
      const above = joinPath(base, root);
      return above === null ? null : joinPath(above, relative);
    };
    const found = bases.flatMap((base) => sql.flatMap((root) => existing(repository, resolve(base, root))));
    const foundCode = bases.flatMap((base) => code.flatMap((root) => existing(repository, resolve(base, root))));
    folders.sql.push(...(scheme === 'filesystem' ? found.slice(0, Math.max(1, /\*/.test(relative) ? found.length : 1)) : found));
    folders.code.push(...(scheme === 'filesystem' ? [] : foundCode));
    const expected = resolve(source.module, sql[0]!);
    if (expected === null) folders.undetermined.push(`a location in ${source.file} leads out of the repository`);
    else if (found.length === 0 && foundCode.length === 0) folders.expected.push(expected);
  }
}

function withVendor(path: string, dialect: Dialect, folders: FlywayFolders): string[] {
  if (!path.includes('{vendor}')) return [path];
  if (dialect !== 'unknown') return vendors[dialect].map((vendor) => path.replaceAll('{vendor}', vendor));
  folders.undetermined.push('locations depend on the database ({vendor}), which is not known');
  return Object.values(vendors)
    .flat()
    .map((vendor) => path.replaceAll('{vendor}', vendor));
}

/** The folder if it exists; with `*` or `**` every folder that fits. */
function existing(repository: Repository, path: string | null): string[] {
  if (path === null) return [];
  if (!/[*?]/.test(path)) return repository.hasFolder(path) ? [path] : [];
  const start = path.slice(0, path.search(/[*?]/)).replace(/\/?[^/]*$/, '') || '.';
  const pattern = new RegExp(
    `^${path.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*|\?/g, (wild) => (wild.startsWith('**') ? '(?:.*/)?' : wild === '*' ? '[^/]*' : '[^/]'))}$`,
  );
  return foldersUnder(repository, start).filter((folder) => pattern.test(folder) || pattern.test(`${folder}/`));
}

function foldersUnder(repository: Repository, folder: string): string[] {
  return repository.foldersIn(folder).flatMap((child) => [child, ...foldersUnder(repository, child)]);
}

/** Leaves out folders that lie in another one of the list: Flyway looks into subfolders by itself. */
export function outermost(folders: string[]): string[] {
  const all = [...new Set(folders)];
  return all.filter((folder) => !all.some((other) => other !== folder && isUnder(folder, other)));
}
