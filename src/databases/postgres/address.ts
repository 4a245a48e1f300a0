import { LockkeeperError } from '../../core/errors.js';
import { splitName } from '../../core/names.js';

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** Where to connect to, taken apart. Never shown to anybody. */
export interface Address {
  host: string;
  port: number;
  user: string | null;
  password: string | null;
  database: string | null;
  sslMode: SslMode;
  sslRootCertificate: string | null;
  sslCertificate: string | null;
  sslKey: string | null;
  /** From `schema=` (Prisma), `currentSchema=` (JDBC) or `options=-c search_path=…`; null when it says nothing. */
  searchPath: string[] | null;
  /** What libpq's `options` says, passed on as it is. */
  options: string | null;
  /** True when the address says that a pooler stands in between. */
  pooled: boolean;
  notes: string[];
}

const schemes = /^(?:jdbc:)?(?:postgres|postgresql|postgis|pgsql|psql|tsdb|timescaledb)(?:\+[a-z0-9_]+)?:(?:\/\/)?/i;
const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))/giy;

/**
 * Reads a connection address in any of the spellings that migration tools use: a URL (`postgres://`, SQLAlchemy's
 * `postgresql+psycopg2://`, Prisma's parameters, `jdbc:postgresql://`) or libpq's `host=… dbname=…`.
 *
 * @param text the address
 * @param variable name of the variable that it comes from, for messages
 * @throws LockkeeperError BAD_USAGE when it is no address, NOT_SUPPORTED_YET when it is one of another engine
 */
export function readAddress(text: string, variable: string): Address {
  const address = text.trim().replace(/^(["'])(.*)\1$/s, '$2');
  if (schemes.test(address)) return fromUrl(address.replace(schemes, ''));
  const scheme = /^(?:jdbc:)?([a-z][a-z0-9+.-]*):/i.exec(address)?.[1];
  if (scheme) throw otherEngine(scheme, variable);
  const pairs = readPairs(address);
  if (pairs) return fromParameters(pairs);
  throw new LockkeeperError(
    'BAD_USAGE',
    `What ${variable} holds is not a database address.`,
    `Set ${variable} to an address like postgresql://USER:PASSWORD@HOST:5432/DATABASE.`,
  );
}

function otherEngine(scheme: string, variable: string): LockkeeperError {
  if (/^prisma/i.test(scheme)) {
    return new LockkeeperError(
      'NOT_SUPPORTED_YET',
      `${variable} is an address of Prisma Accelerate or Prisma Postgres, which is no direct connection.`,
      'Name the variable with the direct connection (often DIRECT_URL), which starts with postgresql://.',
    );
  }
  return new LockkeeperError(
    'NOT_SUPPORTED_YET',
    `${variable} is the address of another engine (${scheme}); lockkeeper reads PostgreSQL.`,
    'Name a variable that holds an address starting with postgresql://.',
  );
}

/** Taken apart by hand: passwords in real addresses hold `#`, `%` and `@` that a URL parser stumbles over. */
function fromUrl(rest: string): Address {
  const question = rest.search(/\?(?:[a-z_]+=|$)/i);
  const parameters = new Map<string, string>();
  for (const part of question < 0 ? [] : rest.slice(question + 1).split('&')) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters.set(part.slice(0, equals).toLowerCase(), decode(part.slice(equals + 1).replaceAll('+', ' ')));
  }
  const main = question < 0 ? rest : rest.slice(0, question);
  const at = main.lastIndexOf('@');
  const login = at < 0 ? '' : main.slice(0, at);
  const [hostPort = '', database = ''] = split(main.slice(at + 1), '/');
  const [user, password] = split(login, ':');
  const first = hostPort.split(',')[0] ?? '';
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(first) ?? [];
  const given: [string, string | undefined][] = [
    ['host', bracketed ?? plain],
    ['port', port],
    ['dbname', database],
    ['user', user],
    ['password', password],
  ];
  for (const [name, value] of given) if (value) parameters.set(name, decode(value));
  return fromParameters(parameters, hostPort.includes(','));
}

function fromParameters(parameters: Map<string, string>, severalHosts = false): Address {
  const get = (...names: string[]): string | null => names.map((name) => parameters.get(name)).find((value) => value) ?? null;
  const options = get('options');
  const host = get('host', 'hostaddr');
  const notes: string[] = [];
  if (severalHosts || host?.includes(',')) notes.push('The address names several hosts; the first was read.');
  return {
    host: host?.split(',')[0] || 'localhost',
    port: Number(get('port')?.split(',')[0]) || 5432,
    user: get('user', 'username'),
    password: get('password'),
    database: get('dbname', 'database'),
    sslMode: sslMode(get('sslmode'), get('ssl'), get('sslaccept')),
    sslRootCertificate: get('sslrootcert'),
    sslCertificate: get('sslcert'),
    sslKey: get('sslkey'),
    searchPath: readSearchPath(get('schema', 'currentschema', 'search_path') ?? searchPathOption(options)),
    options,
    pooled: get('pgbouncer') === 'true',
    notes,
  };
}

/** Without a word about it libpq tries TLS first and goes on without; so do we. */
function sslMode(mode: string | null, ssl: string | null, accept: string | null): SslMode {
  if (mode === 'disable' || mode === 'verify-ca' || mode === 'verify-full') return mode;
  if (mode === 'require') return accept === 'strict' ? 'verify-full' : 'require';
  if (ssl === 'false' || ssl === '0' || ssl === 'disable') return 'disable';
  return ssl === 'true' || ssl === '1' || ssl === 'require' ? 'require' : 'prefer';
}

function searchPathOption(options: string | null): string | null {
  return /(?:-c\s*|--)search_path\s*=\s*((?:\\.|[^\s\\])+)/.exec(options ?? '')?.[1]?.replace(/\\(.)/g, '$1') ?? null;
}

function readSearchPath(text: string | null): string[] | null {
  const path = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return path.length > 0 ? path.map((name) => (name.startsWith('"') ? (splitName(name)[0] ?? name) : name)) : null;
}

function readPairs(text: string): Map<string, string> | null {
  const pairs = new Map<string, string>();
  pair.lastIndex = 0;
  for (let end = 0; end < text.trimEnd().length; end = pair.lastIndex) {
    const match = pair.exec(text);
    if (!match) return null;
    pairs.set((match[1] ?? '').toLowerCase(), (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1'));
  }
  return pairs.size > 0 ? pairs : null;
}

function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
