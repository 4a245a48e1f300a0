import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect } from 'vitest';
import { LockkeeperError, type LockkeeperProblem } from '../../../src/core/errors.js';
import { type DatabaseSession, withSession } from '../../../src/databases/engine.js';
import { postgres } from '../../../src/databases/postgres.js';

/** The statements of the schema that holds one of every kind of object. */
export async function schemaStatements(): Promise<string[]> {
  const sql = await readFile(new URL('schema.sql', import.meta.url), 'utf8');
  return sql.split(/;\n/).filter((statement) => statement.trim() !== '');
}

/** Runs statements one by one as an administrator. */
export async function administer<Row extends object>(url: string, ...statements: string[]): Promise<Row[]> {
  return withClient(url, async (client) => {
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows as Row[];
    return rows;
  });
}

/** An ordinary connection, ended when the work is done. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Does work in lockkeeper's own session. */
export function inSession<Result>(url: string, work: (session: DatabaseSession) => Promise<Result>): Promise<Result> {
  return withSession(postgres, { variable: 'TEST_DATABASE', environment: { TEST_DATABASE: url } }, work);
}

/** The problem that a promise is rejected with; proves that it holds none of the secrets. */
export async function problemOf(promise: Promise<unknown>, ...secrets: string[]): Promise<LockkeeperProblem> {
  const error = await promise.then(
    () => expect.fail('it was expected to fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LockkeeperError);
  const { problem, stack, message } = error as LockkeeperError;
  expect(problem.next).not.toBe('');
  const shown = `${JSON.stringify(problem)} ${message} ${stack?.split('\n    at ')[0]} ${String((error as Error).cause ?? '')}`;
  for (const secret of secrets) expect(shown).not.toContain(secret);
  return problem;
}
