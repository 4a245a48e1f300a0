/** A session that runs measured statements: it collects DEBUG1 messages and plans as for large tables. */
import pg from 'pg';
import type { Observation } from './types.js';

export interface Session {
  client: pg.Client;
  processId: number;
  /** Messages since the last call. */
  takeMessages(): string[];
  end(): Promise<void>;
}

/** How long a measured statement may take. None should need a second; what waits for itself must not wait for ever. */
const statementTimeout = '20s';

/**
 * Opens a session. Sequential scans are discouraged, since the tables are small: with real sizes the planner would use an index
 * wherever there is one, and so does it here.
 */
export async function openSession(connectionString: string, settings: Record<string, string> = {}): Promise<Session> {
  const client = new pg.Client({ connectionString });
  const messages: string[] = [];
  client.on('notice', (notice) => messages.push(notice.message ?? ''));
  client.on('error', () => undefined);
  await client.connect();
  const all = { statement_timeout: statementTimeout, enable_seqscan: 'off', ...settings };
  await client.query(
    Object.entries(all)
      .map(([name, value]) => `SET ${name} = '${value}'`)
      .join(';'),
  );
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const takeMessages = (): string[] => messages.splice(0);
  return { client, processId: rows[0]?.pid ?? 0, takeMessages, end: () => client.end() };
}

export interface Outcome {
  error: Observation['error'];
  rows: number | null;
  messages: string[];
}

/** Runs one statement and says how it ended, with its DEBUG1 messages. Database errors are an outcome, others are thrown. */
export async function runStatement(session: Session, sql: string): Promise<Outcome> {
  await session.client.query('SET client_min_messages = debug1');
  session.takeMessages();
  let error: Observation['error'] = null;
  let rows: number | null = null;
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await session.client.query(sql);
    const last = Array.isArray(result) ? result.at(-1) : result;
    rows = last && ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(last.command) ? last.rowCount : null;
  } catch (caught) {
    if (!(caught instanceof pg.DatabaseError)) throw caught;
    error = { code: caught.code ?? '', message: caught.message };
  }
  return { error, rows, messages: session.takeMessages() };
}

/** The error that says "not in a transaction block". The same code is also used for SET TRANSACTION that comes too late. */
export function refusesTransactionBlock(error: Observation['error']): boolean {
  return error?.code === '25001' && /transaction block/.test(error.message);
}
