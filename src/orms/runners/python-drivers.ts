/** Dialects that the database drivers of a Python project speak. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import type { Repository } from '../repository.js';
import { pythonDependency } from './python-manifests.js';

const drivers: [string, Dialect][] = [
  ['psycopg', 'postgres'],
  ['psycopg2', 'postgres'],
  ['psycopg2-binary', 'postgres'],
  ['asyncpg', 'postgres'],
  ['pg8000', 'postgres'],
  ['psycopg-binary', 'postgres'],
  ['pymysql', 'mysql'],
  ['mysqlclient', 'mysql'],
  ['aiomysql', 'mysql'],
  ['asyncmy', 'mysql'],
  ['mysql-connector-python', 'mysql'],
  ['mariadb', 'mariadb'],
  ['aiosqlite', 'sqlite'],
];

/** Drivers that the manifests name; SQLite's own needs no dependency, so none proves nothing. */
export function pythonDrivers(repository: Repository, folder: string): { dialect: Dialect; evidence: StackEvidence }[] {
  return drivers.flatMap(([name, dialect]) => {
    const found = pythonDependency(repository, folder, name);
    return found === null ? [] : [{ dialect, evidence: { file: found.file, line: found.line, what: found.what } }];
  });
}
