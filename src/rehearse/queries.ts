/** Queries of the application: do they still prepare and run after the migrations? */
import type { Client } from 'pg';
import type { Place } from '../core/stack.js';
import { splitStatements } from '../sql/postgres/split.js';
import { valueOf } from './rows/values.js';

/** A query of the application. Parameters are written `$1`. */
export interface ApplicationQuery {
  sql: string;
  source: Place | null;
}

/** Most queries that are tried; those named first. */
const mostQueries = 300;

/**
 * Queries of a file, one a statement; those that change the schema or the session are passed over.
 *
 * @param file as it is shown
 */
export function queriesOf(text: string, file: string): ApplicationQuery[] {
  return splitStatements(text)
    .statements.map(({ start, end }) => ({ sql: text.slice(start, end), source: { file, line: text.slice(0, start).split('\n').length } }))
    .filter(({ sql }) => isQuery(sql));
}

/** Reads, inserts, updates and deletes: what applications send. */
export function isQuery(sql: string): boolean {
  return /^\s*(?:select|insert|update|delete|with|merge|values|table)\b/i.test(sql);
}

/**
 * Prepares and runs each query in a transaction that is rolled back. Parameters get a value of their type.
 *
 * @param client on a throw-away, outside a transaction
 * @returns the refusal of each, null for those that run
 */
export async function tryQueries(client: Client, queries: readonly ApplicationQuery[]): Promise<(string | null)[]> {
  const answers: (string | null)[] = [];
  for (const { sql } of queries.slice(0, mostQueries)) {
    await client.query('BEGIN');
    try {
      await client.query("SET LOCAL statement_timeout = '5s'");
      await client.query(`PREPARE lockkeeper_query AS ${sql}`);
      const { rows } = await client.query<{ types: string[] }>(
        "SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'lockkeeper_query'",
      );
      const values = (rows[0]?.types ?? []).map((type) => literal(type));
      await client.query('SAVEPOINT prepared');
      const failure = await client.query(`EXECUTE lockkeeper_query${values.length > 0 ? ` (${values.join(', ')})` : ''}`).then(
        () => null,
        (error: { code?: string; message?: string }) => error,
      );
      // What a made-up value breaks (a key, a check, a cast of it) says nothing about the query.
      answers.push(failure === null || /^(?:22|23|P0001|57014)/.test(failure.code ?? '') ? null : (failure.message ?? 'it fails'));
    } catch (error) {
      answers.push((error as Error).message);
    } finally {
      await client.query('ROLLBACK');
      await client.query('DEALLOCATE ALL');
    }
  }
  return answers;
}

function literal(type: string): string {
  const value = valueOf(type.replace(/^pg_catalog\./, ''), 1);
  return value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
