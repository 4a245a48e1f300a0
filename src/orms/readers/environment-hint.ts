/** What the environment files tell of a variable without ever showing its value. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import { dialectOfUrl } from '../dialect.js';
import type { Repository } from '../repository.js';
import { environmentEntry } from './settings.js';

/**
 * Dialect of the database that a variable names, from the scheme of its value in a `.env` file.
 *
 * @param names variables, the likeliest first
 */
export function dialectOfEnvironment(
  repository: Repository,
  folder: string,
  names: string[],
): { dialect: Dialect; evidence: StackEvidence } | null {
  for (const name of names) {
    const entry = environmentEntry(repository, folder, name);
    const dialect = entry === null ? 'unknown' : dialectOfUrl(entry.value);
    if (entry !== null && dialect !== 'unknown')
      return { dialect, evidence: { file: entry.file, line: entry.line, what: `${name} names a ${dialect} database` } };
  }
  return null;
}

const databaseName = /(DATABASE|_DB|^DB|URL|URI|DSN|CONNECTION|SQLALCHEMY|POSTGRES|PG|MYSQL|SQLITE|MARIADB)/i;
const wholeUrl = /(URL|URI|DSN|CONNECTION|DBSTRING|DATABASE$)/i;

/** Among variables, those that may name a database; the ones that look like a whole URL first. */
export function databaseVariables(names: string[]): string[] {
  const fitting = names.filter((name) => databaseName.test(name));
  return [...fitting.filter((name) => wholeUrl.test(name)), ...fitting.filter((name) => !wholeUrl.test(name))];
}
