import type { PGlite } from '@electric-sql/pglite';
import type { SchemaSnapshot } from '../core/schema.js';
import type { CatalogState } from '../sql/catalog/types.js';
import type { DatabaseSession } from './engine.js';
import { bootParameters, preparedDump } from './pglite/cache.js';
import { loadExtensions } from './pglite/extensions.js';
import { readCatalog } from './postgres/catalog.js';
import { readSnapshot } from './postgres/snapshot/read.js';

/** A message of the server, with its level: `NOTICE`, `DEBUG`, `WARNING`. */
export interface Notice {
  severity: string;
  message: string;
}

/** A database of our own, in memory, gone when it is closed. The only kind that may be written to without approval. */
export interface ThrowAway {
  /** Major version of the PostgreSQL inside. */
  readonly version: number;
  /**
   * Runs a script as the simple protocol does: in one implicit transaction unless it says otherwise.
   *
   * @throws the server's error, with its SQLSTATE as `code`
   */
  exec(sql: string, onNotice?: (notice: Notice) => void): Promise<void>;
  /** Runs one statement and answers its rows. Throws the server's error. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The whole schema, read as from a live database. Not inside a transaction. */
  catalog(): Promise<CatalogState>;
  /** The whole schema as data. Not inside a transaction. */
  snapshot(): Promise<SchemaSnapshot>;
  close(): Promise<void>;
}

/** An embedded database that speaks the wire protocol, for programs of other languages. */
export interface WireDatabase extends ThrowAway {
  /** Sends one message of the protocol and answers everything that the server says to it. */
  exchange(message: Uint8Array): Promise<Uint8Array>;
  /** The whole database as bytes, to be opened again with `loadFrom`. Outside a transaction. */
  dump(): Promise<Uint8Array>;
}

export interface ThrowAwayOptions {
  /** Extensions that scripts may create (`citext`, `pg_trgm`); those that are not there are passed over. */
  extensions?: readonly string[];
  /** Where prepared databases are kept; `LOCKKEEPER_CACHE` or `~/.cache/lockkeeper` when absent. */
  cacheFolder?: string;
  /** What `dump` gave of another one; its database is opened in place of an empty one. */
  loadFrom?: Uint8Array;
}

/**
 * Boots PostgreSQL inside this process (PGlite). The first time takes some seconds (`initdb`); what it made is kept, and
 * later boots take less than half a second. Where nothing can be kept, every boot is a first one.
 *
 * @returns an empty database, time zone UTC, user `postgres` (a superuser)
 */
export async function openThrowAway(options: ThrowAwayOptions = {}): Promise<WireDatabase> {
  const { PGlite } = await import('@electric-sql/pglite');
  const extensions = await loadExtensions(options.extensions ?? []);
  const boot = (loadDataDir?: Blob): Promise<PGlite> =>
    PGlite.create({ ...bootParameters, extensions, ...(loadDataDir ? { loadDataDir } : {}) });
  const database = options.loadFrom ? await boot(new Blob([new Uint8Array(options.loadFrom)])) : await bootEmpty(boot, options.cacheFolder);
  const [row] = (await database.query<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major")).rows;
  return wrap(database, row?.major ?? 0);
}

async function bootEmpty(boot: (loadDataDir?: Blob) => Promise<PGlite>, cacheFolder: string | undefined): Promise<PGlite> {
  const dump = await preparedDump(cacheFolder);
  // A dump that does not load (cut short, of a strange build) is replaced.
  const prepared = dump.data ? await boot(dump.data).catch(() => null) : null;
  return prepared ?? (await dump.keep(await boot()));
}

function wrap(database: PGlite, version: number): WireDatabase {
  const query = async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await database.query<Row>(sql, [...values])).rows;
  const session: DatabaseSession = {
    version,
    searchPath: ['public'],
    notes: [],
    query,
    attempt: (sql, values) => query<never>(sql, values).catch(() => null),
    close: async () => undefined,
  };
  const reading = async <Result>(read: () => Promise<Result>): Promise<Result> => {
    await database.exec('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog');
    try {
      return await read();
    } finally {
      await database.exec('ROLLBACK');
    }
  };
  return {
    version,
    exec: async (sql, onNotice) => {
      await database.exec(
        sql,
        onNotice ? { onNotice: ({ severity, message }) => onNotice({ severity: severity ?? '', message: message ?? '' }) } : {},
      );
    },
    query,
    exchange: (message) => database.runExclusive(() => database.execProtocolRaw(message, { syncToFs: false })),
    dump: async () => new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer()),
    catalog: () => reading(() => readCatalog(session)),
    snapshot: () => reading(() => readSnapshot(session, version)),
    close: () => database.close(),
  };
}
