import type { Facts } from '../core/facts.js';
import type { SchemaSnapshot } from '../core/schema.js';
import type { CatalogState } from '../sql/catalog/types.js';

/** What an engine can do, by name; `false` is a reason to plan differently. */
export interface Capabilities {
  /** A failed migration leaves nothing behind: DDL is part of the transaction. */
  transactionalDdl: boolean;
  /** Indexes can be built without blocking writes. */
  concurrentIndexes: boolean;
  /** Constraints can be added first and validated later. */
  notValidConstraints: boolean;
  /** The wait for a lock can be limited for a session. */
  lockTimeout: boolean;
  /** Locks and rewrites can be seen from within. */
  observableLocks: boolean;
  /** Schemas within a database. */
  schemas: boolean;
  enums: boolean;
}

/** Which database it is. Holds no address. */
export interface Fingerprint {
  /** Unique to a cluster and its physical copies; null when the role may not read it. */
  systemIdentifier: string | null;
  database: string;
  /** Major version. */
  version: number;
  /** A standby: it can be read, and nothing can be changed there. */
  standby: boolean;
}

/** How to reach a database. The address itself is never passed around, only the name of the variable that holds it. */
export interface ConnectInput {
  /** Name of the environment variable, e.g. `DATABASE_URL`. */
  variable: string;
  /** Where the variable is looked up; `process.env` when absent. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Ends the session when aborted. */
  signal?: AbortSignal;
  /** Oldest major version to accept; the engine's own when absent. */
  minimumVersion?: number;
}

/** An open, read-only look at a database: one connection, one snapshot. */
export interface DatabaseSession {
  /** Major version. */
  readonly version: number;
  /** Schemas that unqualified names are looked up in, as address, role or server say. */
  readonly searchPath: readonly string[];
  /** What the reader should know, in words: a newer server, a pooler in between. */
  readonly notes: readonly string[];
  /**
   * Runs one reading statement.
   *
   * @param sql one SELECT (or WITH, SHOW, VALUES)
   * @throws LockkeeperError BAD_USAGE for any other statement, DATABASE_REFUSED when the server refuses it, CANCELLED
   */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The same for what the role may not be allowed to read, or the server not able to say in time: null when it refuses. */
  attempt<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[] | null>;
  /** Ends the connection. Never throws; calling it twice does nothing. */
  close(): Promise<void>;
}

/** A database engine, as far as lockkeeper reads it. One file an engine; see `postgres.ts`. */
export interface Engine<Session extends DatabaseSession = DatabaseSession> {
  readonly name: 'postgres';
  readonly capabilities: Capabilities;
  /** Oldest and newest major version that judgements were measured on. */
  readonly versions: { oldest: number; newest: number };
  /**
   * Opens a read-only session. The caller closes it; `withSession` does both.
   *
   * @throws LockkeeperError DATABASE_VARIABLE_UNSET, BAD_USAGE, NOT_SUPPORTED_YET, DATABASE_UNREACHABLE, DATABASE_REFUSED,
   *   DATABASE_TOO_OLD, CANCELLED
   */
  connect(input: ConnectInput): Promise<Session>;
  fingerprint(session: Session): Promise<Fingerprint>;
  facts(session: Session): Promise<Facts>;
  /** The whole schema: `complete` is true. */
  catalog(session: Session): Promise<CatalogState>;
  /** The whole schema as data that can be compared, hashed and rebuilt from. */
  snapshot(session: Session): Promise<SchemaSnapshot>;
}

/**
 * Opens a session, does the work, and ends the session whatever happens.
 *
 * @param engine e.g. the default export of `postgres.ts`
 * @param input see `ConnectInput`
 * @param work gets the open session
 * @throws whatever `connect` or `work` throws
 */
export async function withSession<Session extends DatabaseSession, Result>(
  engine: Engine<Session>,
  input: ConnectInput,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await engine.connect(input);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
