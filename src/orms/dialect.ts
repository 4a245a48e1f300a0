/** From names and URL schemes to dialects. */
import type { Dialect } from '../core/stack.js';

/** First match decides; CockroachDB, SQL Server and the like stay unknown on purpose. */
const schemes: [RegExp, Dialect][] = [
  [/^(postgres(ql)?|pgsql|postgis|pgx5?|pg|psycopg\d?)$/, 'postgres'],
  [/^mariadb$/, 'mariadb'],
  [/^mysql2?$/, 'mysql'],
  [/^(sqlite3?|file|libsql|spatialite|turso|better-sqlite3?)$/, 'sqlite'],
];

/**
 * Dialect that a database URL's scheme names. The URL itself is looked at no further.
 *
 * @param url `postgresql+psycopg://…`, `jdbc:mariadb://…`, `sqlite:///…`, or a libpq string (`host=… user=…`)
 */
export function dialectOfUrl(url: string): Dialect {
  if (/@(tcp|unix)\(/.test(url)) return 'mysql';
  const scheme = /^\s*(?:jdbc:)?([a-z0-9]+)(?:\+[a-z0-9_]+)?:/i.exec(url)?.[1];
  if (scheme !== undefined) return dialectOfName(scheme);
  return /(^|\s)(host|dbname|user|port)\s*=/.test(url) ? 'postgres' : 'unknown';
}

/** Dialect of a name that a tool's configuration uses: `postgresql`, `pg`, `mysql2`, `better-sqlite3`, … */
export function dialectOfName(name: string): Dialect {
  const plain = name.trim().toLowerCase();
  return schemes.find(([pattern]) => pattern.test(plain))?.[1] ?? 'unknown';
}

/** The only dialect among several hints; `unknown` when there is none or they differ. */
export function onlyDialect(hints: Dialect[]): Dialect {
  const known = new Set(hints.filter((hint) => hint !== 'unknown'));
  return known.size === 1 ? [...known][0]! : 'unknown';
}
