/** The environment that a tool gets: the caller's, without anything that could aim it at another database. */

import type { Address } from '../tool.js';

/** Names that tools and drivers read addresses from, and consents that nobody gave here. */
const dropped = [
  /^PG[A-Z]+$/,
  /^(?:MYSQL|MARIADB|POSTGRES|POSTGRESQL|DATABASE|DB|DIRECT|SHADOW|FLYWAY|GOOSE|DBMATE|SQLALCHEMY|DJANGO_DB|SPRING_DATASOURCE|SPRING_FLYWAY)_/,
  /^DATABASE(?:URL)?$/,
  /_?(?:DATABASE|DB)_(?:URL|URI|DSN)$/,
  /^PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION$/,
];

const addressOf = /^(?:jdbc:)?(?:postgres(?:ql)?|postgis|mysql2?|mariadb|sqlite|libsql|cockroach(?:db)?|redshift)(?:\+\w+)?:/i;

/**
 * Chooses the environment of a child. What could name another database is left out; the target's own comes in by `target`.
 *
 * @param base the caller's environment
 * @param target variables of the tool that name the target; they win
 */
export function toolEnvironment(
  base: Readonly<Record<string, string | undefined>>,
  target: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(base).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !dropped.some((pattern) => pattern.test(entry[0])) && !addressOf.test(entry[1]),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', AI_AGENT: 'lockkeeper', ...target };
}

const part =
  /^(?:\w+_)?(?:PG|DB|DATABASE|POSTGRES|POSTGRESQL|SQL)_?(HOST|HOSTNAME|SERVER|PORT|NAME|DB|DATABASE|USER|USERNAME|PASSWORD|PASS)$/;

/**
 * Variables of the caller that hold an address or a part of one, as they read for another database: for projects whose
 * configuration fails without them.
 *
 * @param base the caller's environment
 * @param address the database that they shall name instead
 */
export function turnedVariables(base: Readonly<Record<string, string | undefined>>, address: Address): Record<string, string> {
  const parts: Record<string, string> = {
    HOST: address.host,
    HOSTNAME: address.host,
    SERVER: address.host,
    PORT: String(address.port),
    NAME: address.database,
    DB: address.database,
    DATABASE: address.database,
    USER: address.user,
    USERNAME: address.user,
    PASSWORD: address.password ?? '',
    PASS: address.password ?? '',
  };
  const turned: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined) continue;
    const scheme = /^([a-z][a-z0-9+]*):\/\//i.exec(value)?.[1];
    const named = part.exec(name)?.[1];
    if (scheme !== undefined && addressOf.test(value)) turned[name] = `${scheme}://${address.url.split('://')[1] ?? ''}`;
    else if (named !== undefined) turned[name] = parts[named] ?? '';
  }
  return turned;
}
