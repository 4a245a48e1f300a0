/** The environment that a tool gets: the caller's, without anything that could aim it at another database. */

/** Names that tools and drivers read addresses from, and consents that nobody gave here. */
const dropped = [
  /^PG[A-Z]+$/,
  /^(?:MYSQL|MARIADB|POSTGRES|POSTGRESQL|DATABASE|DB|DIRECT|SHADOW|FLYWAY|GOOSE|DBMATE|SQLALCHEMY|DJANGO_DB|SPRING_DATASOURCE|SPRING_FLYWAY)_/,
  /^DATABASE(?:URL)?$/,
  /_?(?:DATABASE|DB)_(?:URL|URI|DSN)$/,
  /^PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION$/,
];

const address = /^(?:jdbc:)?(?:postgres(?:ql)?|postgis|mysql2?|mariadb|sqlite|libsql|cockroach(?:db)?|redshift)(?:\+\w+)?:/i;

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
      entry[1] !== undefined && !dropped.some((pattern) => pattern.test(entry[0])) && !address.test(entry[1]),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', AI_AGENT: 'lockkeeper', ...target };
}
