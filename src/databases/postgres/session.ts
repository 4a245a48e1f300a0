import type { Client } from 'pg';
import { LockkeeperError } from '../../core/errors.js';
import type { DatabaseSession } from '../engine.js';
import { destroy } from './client.js';
import { cancelled, databaseError, sqlState } from './errors.js';

/**
 * One snapshot, read only, that never waits long and never makes others wait. `search_path` is emptied so that the
 * catalog's functions qualify every name that is not built in, and so that no function of a user can stand in for one.
 * Everything is local to the transaction: through a pooler a setting of the session would reach other clients.
 */
const openTransaction = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '1s';
  SET LOCAL idle_in_transaction_session_timeout = '30s'; SET LOCAL search_path = pg_catalog; SET LOCAL jit = off`;

const reading = /^\s*(?:select|with|show|values|table)\b/i;
const endTimeoutMs = 2000;

/** What `openSession` is told of the connection. */
export interface SessionDetails {
  version: number;
  searchPath: readonly string[];
  notes: readonly string[];
  /** Parts of the address, hidden in messages. */
  secrets: readonly (string | null)[];
  signal?: AbortSignal | undefined;
}

/**
 * Begins the read-only transaction that a session is.
 *
 * @param client an open connection, which the session then owns
 * @throws LockkeeperError
 */
export async function openSession(client: Client, details: SessionDetails): Promise<DatabaseSession> {
  const { signal, secrets } = details;
  let open = true;
  let savepoints = 0;
  const abort = (): void => destroy(client);
  signal?.addEventListener('abort', abort, { once: true });

  async function run<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (signal?.aborted) throw cancelled();
    if (!open) throw new LockkeeperError('INTERNAL', 'The session has ended.', 'Open another one.');
    if (!reading.test(sql))
      throw new LockkeeperError('BAD_USAGE', 'The session only reads: the statement is not a SELECT.', 'Use SELECT statements alone.');
    // The extended protocol takes one statement at a time, so none can be hidden behind the first.
    const query = { text: sql, values: [...values], queryMode: 'extended' as const };
    const { rows } = await client.query<Row>(query).catch((error: unknown) => {
      throw signal?.aborted ? cancelled() : error;
    });
    return rows;
  }

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    signal?.removeEventListener('abort', abort);
    const timer = setTimeout(() => destroy(client), endTimeoutMs);
    try {
      if (!signal?.aborted) await client.query('ROLLBACK');
      await client.end();
    } catch {
      destroy(client);
    } finally {
      clearTimeout(timer);
    }
  }

  const session: DatabaseSession = {
    version: details.version,
    searchPath: details.searchPath,
    notes: details.notes,
    query: (sql, values) => run<never>(sql, values).catch((error: unknown) => Promise.reject(databaseError(error, secrets))),
    async attempt<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[] | null> {
      const savepoint = `lockkeeper_${++savepoints}`;
      try {
        await client.query(`SAVEPOINT ${savepoint}`);
        return await run<Row>(sql, values);
      } catch (error) {
        if (!sqlState(error)) throw databaseError(error, secrets);
        await client.query(`ROLLBACK TO SAVEPOINT ${savepoint}`).catch((lost: unknown) => Promise.reject(databaseError(lost, secrets)));
        return null;
      }
    },
    close,
  };
  try {
    await client.query(openTransaction);
    return session;
  } catch (error) {
    await close();
    throw signal?.aborted ? cancelled() : databaseError(error, secrets);
  }
}
