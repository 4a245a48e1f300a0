import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenThrowAway, openThrowAwayTarget } from '../../src/rehearse/throw-away.js';

let opened: OpenThrowAway;
beforeAll(async () => {
  opened = await openThrowAwayTarget(undefined, {});
});
afterAll(() => opened.close());

async function connected<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: opened.target.address.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('the embedded database behind a port', () => {
  test('records what is sent, with values, transaction and failure', async () => {
    opened.target.recorded();
    await connected(async (client) => {
      await client.query('CREATE TABLE a (id int)');
      await client.query('BEGIN');
      await client.query('INSERT INTO a VALUES ($1)', [7]);
      await expect(client.query('SELECT nowhere')).rejects.toThrow('nowhere');
      await client.query('ROLLBACK');
    });
    const recorded = opened.target.recorded();
    expect(recorded.map((each) => each.sql)).toEqual([
      'CREATE TABLE a (id int)',
      'BEGIN',
      'INSERT INTO a VALUES ($1)',
      'SELECT nowhere',
      'ROLLBACK',
    ]);
    expect(recorded.map((each) => each.inTransaction)).toEqual([false, false, true, true, true]);
    expect(recorded.map((each) => each.failed)).toEqual([false, false, false, true, false]);
    expect(recorded[2]?.values).toEqual(['7']);
  });

  test('several statements in one message are one entry, and the message after is not blamed for their failure', async () => {
    opened.target.recorded();
    await connected(async (client) => {
      await expect(client.query('SELECT 1; SELECT nowhere; SELECT 2')).rejects.toThrow('nowhere');
      await client.query('SELECT 3');
    });
    expect(opened.target.recorded().map(({ sql, failed }) => [sql, failed])).toEqual([
      ['SELECT 1; SELECT nowhere; SELECT 2', true],
      ['SELECT 3', false],
    ]);
  });

  test('a connection inside a transaction keeps its turn; the next one goes on afterwards and sees nothing of it', async () => {
    await connected(async (first) => {
      await first.query('BEGIN');
      await first.query('CREATE TABLE held (id int)');
      const second = connected((client) => client.query("SELECT to_regclass('held') AS there"));
      await first.query('ROLLBACK');
      expect((await second).rows).toEqual([{ there: null }]);
    });
  });

  test('what a connection left behind is cleared: a transaction, settings, prepared statements', async () => {
    await connected(async (client) => {
      await client.query({ name: 'same', text: 'SELECT 1 AS one' });
      await client.query("SET search_path = 'elsewhere'");
      await client.query('BEGIN');
      await client.query('CREATE TABLE public.unfinished (id int)');
    });
    const seen = await connected(async (client) => ({
      same: (await client.query({ name: 'same', text: 'SELECT 2 AS two' })).rows,
      table: (await client.query("SELECT to_regclass('unfinished') AS there")).rows,
      path: (await client.query<{ search_path: string }>('SHOW search_path')).rows,
    }));
    expect(seen).toEqual({ same: [{ two: 2 }], table: [{ there: null }], path: [{ search_path: 'public' }] });
  });

  test('another database is another one', async () => {
    const other = await opened.target.another();
    await connected((client) => client.query('CREATE TABLE only_here (id int)'));
    const client = new pg.Client({ connectionString: other.url });
    await client.connect();
    const { rows } = await client.query("SELECT to_regclass('only_here') AS there");
    await client.end();
    expect(rows).toEqual([{ there: null }]);
  });
});

test('a variable that is not set is named', async () => {
  await expect(openThrowAwayTarget('NOWHERE_URL', {})).rejects.toMatchObject({ problem: { code: 'DATABASE_VARIABLE_UNSET' } });
});
