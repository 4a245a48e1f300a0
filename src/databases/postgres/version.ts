import { LockkeeperError } from '../../core/errors.js';

/** Locks, rewrites and scans were measured on the servers from 14 to 18. */
export const oldestMajor = 14;
export const newestMajor = 18;

/** Servers that speak PostgreSQL's protocol without being PostgreSQL, by a word of their `version()`. */
const others: [RegExp, string][] = [
  [/cockroachdb/i, 'CockroachDB'],
  [/redshift/i, 'Amazon Redshift'],
  [/-YB-|yugabyte/i, 'YugabyteDB'],
  [/materialize/i, 'Materialize'],
  [/greenplum/i, 'Greenplum'],
  [/questdb/i, 'QuestDB'],
  [/risingwave/i, 'RisingWave'],
];

/**
 * Major version of a PostgreSQL server.
 *
 * @param text what `version()` says: `PostgreSQL 16.4 (Debian 16.4-1) on x86_64 …`
 * @throws LockkeeperError NOT_SUPPORTED_YET when it is another product, DATABASE_REFUSED when it says no version
 */
export function readMajor(text: string): number {
  const other = others.find(([word]) => word.test(text));
  if (other) {
    throw new LockkeeperError(
      'NOT_SUPPORTED_YET',
      `The server is ${other[1]}: it speaks PostgreSQL's protocol but locks and changes tables in its own way.`,
      'Give lockkeeper a PostgreSQL database, or assess the files without a database and with care.',
    );
  }
  const major = /^(?:PostgreSQL|EnterpriseDB)\s+(\d+)/.exec(text)?.[1];
  if (!major) {
    throw new LockkeeperError(
      'DATABASE_REFUSED',
      'The server does not say which version of PostgreSQL it is.',
      'Check that the address is that of a PostgreSQL server.',
    );
  }
  return Number(major);
}

/**
 * Refuses servers that nothing was measured on.
 *
 * @param major of the server
 * @param minimum oldest to accept
 * @returns what the reader should know, null when nothing
 * @throws LockkeeperError DATABASE_TOO_OLD
 */
export function judgeMajor(major: number, minimum = oldestMajor): string | null {
  if (major < minimum) {
    throw new LockkeeperError(
      'DATABASE_TOO_OLD',
      `The server is PostgreSQL ${major}; lockkeeper's judgement is for ${minimum} to ${newestMajor}.`,
      `Upgrade the server, or assess the files alone with --server-version ${minimum} and mind that ${major} may lock more.`,
    );
  }
  if (major <= newestMajor) return null;
  return `The server is PostgreSQL ${major}, newer than what lockkeeper was measured on; it is judged as ${newestMajor}.`;
}
