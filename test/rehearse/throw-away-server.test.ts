import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { openThrowAwayTarget } from '../../src/rehearse/throw-away.js';
import { testServers } from '../support/servers.js';

describe.each(testServers())('a throw-away on PostgreSQL $major', (server) => {
  const databases = async (): Promise<string[]> => {
    const client = new pg.Client({ connectionString: server.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE datname LIKE 'lockkeeper_%'");
    await client.end();
    return rows.map((row) => row.datname);
  };

  test('is a database of its own that is gone afterwards, and records what goes through', async () => {
    const opened = await openThrowAwayTarget('SCRATCH_URL', { SCRATCH_URL: server.adminUrl });
    const { address } = opened.target;
    const client = new pg.Client({ connectionString: address.url });
    await client.connect();
    await client.query('CREATE TABLE a (id int)');
    await client.query('INSERT INTO a SELECT $1::int', [3]);
    expect(await databases()).toContain(address.database);
    expect(opened.target.recorded().map((each) => each.sql)).toEqual(['CREATE TABLE a (id int)', 'INSERT INTO a SELECT $1::int']);
    // A tool that is still connected keeps nothing alive.
    client.on('error', () => undefined);
    await opened.close();
    expect(await databases()).not.toContain(address.database);
    await client.end().catch(() => undefined);
  });
});

test('a server that refuses is said in words, without its address', async () => {
  const url = 'postgresql://somebody:hush-hush@127.0.0.1:1/nowhere';
  const error = await openThrowAwayTarget('SCRATCH_URL', { SCRATCH_URL: url }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ problem: { code: 'DATABASE_REFUSED' } });
  expect(JSON.stringify((error as { problem: unknown }).problem)).not.toMatch(/hush|somebody/);
});
