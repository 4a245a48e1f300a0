/** A place where throw-away databases can be made, and what a rehearsal gets of it. */
import type { Client } from 'pg';
import type { ConnectInput } from '../../databases/engine.js';
import type { Address } from '../../orms/tool.js';
import type { WatchedStatement } from '../watch/sink.js';

export type PlaceKind = 'server' | 'native' | 'embedded';

/** One throw-away database. */
export interface RehearsalDatabase {
  /** Through a door of ours; for the project's tool. Never shown. */
  address: Address;
  /** How it is read. */
  connect: ConnectInput;
  /** Statements of the tool since the last call. */
  taken(): WatchedStatement[];
  /** Drops it. Never throws. */
  drop(): Promise<void>;
}

export interface Place {
  kind: PlaceKind;
  /** Major version. */
  version: number;
  /** For the reader: what it is. */
  what: string;
  /** What a rehearsal there does not prove, one sentence each. */
  doesNotProve: string[];
  /**
   * Opens a database: a copy of the base of that name where one is kept, an empty one otherwise.
   *
   * @param base hash of what it holds; null: empty
   */
  open(base: string | null): Promise<{ database: RehearsalDatabase; filled: boolean }>;
  /** Keeps a database as the base of that name. Ends every connection to it; answers false where that cannot be done. */
  keep(database: RehearsalDatabase, base: string): Promise<boolean>;
  /** Takes everything away. Never throws. */
  close(): Promise<void>;
}

/** Name under which our own connections are known; the door does not watch them. */
const applicationName = 'lockkeeper';

/** A connection of our own to a throw-away, for work that is not the tool's. The caller ends it. */
export async function openClientOf(database: RehearsalDatabase): Promise<Client> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ connectionString: database.address.url, application_name: applicationName });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Opens such a connection, does the work, and ends it whatever happens. */
export async function withClientOf<Result>(database: RehearsalDatabase, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await openClientOf(database);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Name of the variable under which a throw-away's address is passed to code that takes it from the environment. */
const variable = 'LOCKKEEPER_REHEARSAL_URL';

/** How a throw-away at this address is read. */
export function connectInputOf(address: Address, signal?: AbortSignal): ConnectInput {
  return { variable, environment: { [variable]: address.url }, ...(signal ? { signal } : {}) };
}

/** An address behind a door of ours. */
export function addressAt(port: number, user: string, password: string | null, database: string): Address {
  const host = '127.0.0.1';
  const login = password === null ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    host,
    port,
    user,
    password,
    database,
    searchPath: null,
    url: `postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}?sslmode=disable`,
  };
}
