import { LockkeeperError, type ProblemCode } from '../../core/errors.js';
import { redact } from '../../core/redact.js';

type Sentence = [code: ProblemCode, message: string, next: string];

/** What drivers and operating systems say before a server answers. */
const byNetworkCode: Record<string, Sentence> = {
  ECONNREFUSED: [
    'DATABASE_UNREACHABLE',
    'Nothing listens at the address: the connection was refused.',
    'Start the server, or check host and port in the address.',
  ],
  ENOTFOUND: ['DATABASE_UNREACHABLE', 'The host in the address is unknown.', 'Check the host name, and that it can be resolved from here.'],
  EAI_AGAIN: [
    'DATABASE_UNREACHABLE',
    'The host in the address could not be looked up.',
    'Check the network and the name server, then try again.',
  ],
  ETIMEDOUT: [
    'DATABASE_UNREACHABLE',
    'The server did not answer in time.',
    'Check that host and port are reachable from here (firewall, VPN), then try again.',
  ],
  EHOSTUNREACH: [
    'DATABASE_UNREACHABLE',
    'There is no way to the host in the address.',
    'Check the network (firewall, VPN), then try again.',
  ],
  ENETUNREACH: [
    'DATABASE_UNREACHABLE',
    'There is no way to the network of the host in the address.',
    'Check the network (firewall, VPN), then try again.',
  ],
  ECONNRESET: [
    'DATABASE_UNREACHABLE',
    'The server closed the connection before it answered.',
    'Check that the port is that of PostgreSQL, and the log of the server.',
  ],
  ENOENT: [
    'DATABASE_UNREACHABLE',
    'There is no socket of a server where the address says.',
    'Start the server, or check the socket folder in the address.',
  ],
};

/** SQLSTATEs (documentation, appendix A). */
const byState: Record<string, Sentence> = {
  '28P01': ['DATABASE_REFUSED', 'The server refused the password.', 'Check user and password in the address.'],
  '28000': [
    'DATABASE_REFUSED',
    'The server does not let this user in from here.',
    'Check the user in the address, and pg_hba.conf of the server.',
  ],
  '3D000': [
    'DATABASE_REFUSED',
    'The server has no database of that name.',
    'Check the database name in the address, or create the database.',
  ],
  '42501': ['DATABASE_REFUSED', 'The role may not do this.', 'Grant the role CONNECT on the database; lockkeeper needs no more than that.'],
  '53300': ['DATABASE_REFUSED', 'The server has no connection left.', 'Try again later, or close idle connections.'],
  '57P03': ['DATABASE_UNREACHABLE', 'The server is starting up or shutting down.', 'Try again in a moment.'],
  '57P01': ['DATABASE_UNREACHABLE', 'The server ended the connection.', 'Try again; if it happens again, ask who ends sessions there.'],
  '57014': [
    'DATABASE_REFUSED',
    'The server needed longer than the time that lockkeeper allows itself to read.',
    'Try again when the server has less to do.',
  ],
  '55P03': [
    'DATABASE_REFUSED',
    'A table is locked right now, so the catalog could not be read; lockkeeper does not wait in the queue.',
    'Wait until the migration or the LOCK that runs there has ended, then try again.',
  ],
  '25006': ['DATABASE_REFUSED', 'The session only reads: the server refused a statement that writes.', 'Use SELECT statements alone.'],
};

/** Wording for what comes without a code. First match counts. */
const byText: [RegExp, Sentence][] = [
  [
    /does not support SSL/i,
    [
      'DATABASE_REFUSED',
      'The server does not speak TLS, and the address asks for it.',
      'Set sslmode=prefer or disable in the address if the network is trusted, or switch TLS on at the server.',
    ],
  ],
  [
    /self[- ]signed|unable to (?:verify|get)|certificate|altname|CERT_|ERR_TLS|ERR_SSL|SSL routines/i,
    [
      'DATABASE_REFUSED',
      "The server's TLS certificate was not accepted.",
      'Name the certificate authority with sslrootcert= in the address, or use sslmode=require to encrypt without checking who answers.',
    ],
  ],
  [
    /establishing an SSL connection|unexpected message|unknown message|invalid (?:message|response)|not a PostgreSQL/i,
    ['DATABASE_UNREACHABLE', 'What answers at the address is not a PostgreSQL server.', 'Check host and port in the address.'],
  ],
  [
    /SASL|client password must be|password/i,
    [
      'DATABASE_REFUSED',
      'The server asks for a password in a way that the address cannot answer.',
      'Check that the address holds a password.',
    ],
  ],
  [/timeout|timed out/i, byNetworkCode['ETIMEDOUT'] as Sentence],
  [/terminated|ended|closed|not queryable/i, byNetworkCode['ECONNRESET'] as Sentence],
];

/**
 * The error that a reader gets for what a driver threw. Known causes are told in lockkeeper's own words, so that no
 * address, user or password can come along; of unknown ones the text is kept, redacted.
 *
 * @param error what was thrown
 * @param secrets parts of the address, to hide in the text of unknown errors
 */
export function databaseError(error: unknown, secrets: readonly (string | null)[] = []): LockkeeperError {
  if (error instanceof LockkeeperError) return error;
  const cause = (error instanceof AggregateError ? error.errors[0] : error) as { code?: unknown; message?: unknown } | null;
  const code = typeof cause?.code === 'string' ? cause.code : '';
  const text = String(cause?.message ?? error);
  const known =
    byNetworkCode[code] ??
    byState[code] ??
    (/^[0-9A-Z]{5}$/.test(code) ? undefined : byText.find(([pattern]) => pattern.test(`${code} ${text}`))?.[1]);
  if (known) return new LockkeeperError(...known);
  const state = code ? ` (${code})` : '';
  return new LockkeeperError(
    'DATABASE_REFUSED',
    `The database refused${state}: ${redact(text, secrets)}`,
    'Check the log of the server for more.',
  );
}

/** The session was ended from outside. */
export function cancelled(): LockkeeperError {
  return new LockkeeperError('CANCELLED', 'The look at the database was cancelled.', 'Ask again when it is wanted.');
}

/** The SQLSTATE of a server's error; null for any other. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
