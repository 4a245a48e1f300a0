import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSession } from '../../src/databases/engine.js';
import { postgres } from '../../src/databases/postgres.js';
import { type RunningServer, startServer } from '../support/postgres.js';
import { administer, inSession, problemOf, withClient } from './support/servers.js';
import { greeting, pooler, silent, type StrangeServer, talkative } from './support/strange-servers.js';

const password = 'Pa55-w0rd';
let server: RunningServer;
let port: number;
const strange: StrangeServer[] = [];

beforeAll(async () => {
  server = await startServer(18);
  port = Number(new URL(server.adminUrl).port);
  const accessRules = [
    'host all postgres 127.0.0.1/32 trust',
    'host all outcast 127.0.0.1/32 reject',
    'host all all 127.0.0.1/32 scram-sha-256',
  ];
  const [file] = await administer<{ hba_file: string }>(server.adminUrl, 'SHOW hba_file');
  await administer(
    server.adminUrl,
    `CREATE ROLE reader LOGIN PASSWORD '${password}'`,
    'CREATE ROLE outcast LOGIN',
    'CREATE TABLE t (id int PRIMARY KEY)',
    'CREATE SEQUENCE s',
    `CREATE ROLE set_up LOGIN PASSWORD '${password}'`,
    "ALTER ROLE set_up SET search_path = 'shop, public'",
    `COPY (SELECT unnest('{${accessRules.map((rule) => `"${rule}"`).join(',')}}'::text[])) TO '${file?.hba_file}'`,
    'SELECT pg_reload_conf()',
  );
  await sleep(200);
}, 120_000);

afterAll(async () => {
  for (const other of strange) await other.stop();
  await server?.stop();
});

describe('the name of the variable', () => {
  it('must be set', async () => {
    const problem = await problemOf(withSession(postgres, { variable: 'NO_SUCH_URL', environment: {} }, async () => 1));
    expect(problem).toMatchObject({ code: 'DATABASE_VARIABLE_UNSET', message: expect.stringContaining('NO_SUCH_URL') });
    expect((await problemOf(withSession(postgres, { variable: 'EMPTY', environment: { EMPTY: ' ' } }, async () => 1))).code).toBe(
      'DATABASE_VARIABLE_UNSET',
    );
  });

  it('is not the address itself, and then does not come back in the answer', async () => {
    const address = `postgres://reader:${password}@127.0.0.1:${port}/postgres`;
    expect(
      (
        await problemOf(
          withSession(postgres, { variable: address, environment: {} }, async () => 1),
          password,
          '127.0.0.1',
        )
      ).code,
    ).toBe('BAD_USAGE');
  });

  it('reads the process environment by default', async () => {
    process.env['LOCKKEEPER_TEST_URL'] = server.adminUrl;
    try {
      expect(await withSession(postgres, { variable: 'LOCKKEEPER_TEST_URL' }, async (session) => session.version)).toBe(18);
    } finally {
      delete process.env['LOCKKEEPER_TEST_URL'];
    }
  });
});

describe('refusals', () => {
  const address = (user: string, secret: string, rest = '/postgres'): string => `postgres://${user}:${secret}@127.0.0.1:${port}${rest}`;
  const refused = (url: string, ...more: string[]): Promise<{ code: string; message: string }> =>
    problemOf(
      inSession(url, async () => 1),
      password,
      '127.0.0.1',
      ...more,
    );

  it.each([
    ['a refused connection', () => `postgres://reader:${password}@127.0.0.1:1/postgres`, 'DATABASE_UNREACHABLE', 'refused'],
    ['an unknown host', () => `postgres://reader:${password}@no-such-host.invalid/postgres`, 'DATABASE_UNREACHABLE', 'host'],
    ['a missing socket', () => `postgres://reader:${password}@/postgres?host=/no/such/folder`, 'DATABASE_UNREACHABLE', 'socket'],
    ['a wrong password', () => address('reader', 'wrong-Pa55'), 'DATABASE_REFUSED', 'password'],
    ['an unknown role', () => address('nobody_here', password), 'DATABASE_REFUSED', 'password'],
    ['no password', () => `postgres://reader@127.0.0.1:${port}/postgres`, 'DATABASE_REFUSED', 'password'],
    ['a role that is kept out', () => address('outcast', password), 'DATABASE_REFUSED', 'not let this user in'],
    ['a missing database', () => address('reader', password, '/no_such_database'), 'DATABASE_REFUSED', 'no database'],
    ['TLS that the server does not speak', () => address('reader', password, '/postgres?sslmode=require'), 'DATABASE_REFUSED', 'TLS'],
    [
      'a certificate that is not there',
      () => address('reader', password, '/postgres?sslmode=verify-ca&sslrootcert=/no/such/ca.pem'),
      'PATH_NOT_FOUND',
      'sslrootcert',
    ],
  ])('%s', async (_, url, code, word) => {
    const problem = await refused(url(), 'reader', 'outcast', 'nobody_here', 'no-such-host', 'wrong-Pa55', 'no_such_database');
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(word);
  });

  it('a role without CONNECT', async () => {
    await administer(server.adminUrl, 'CREATE DATABASE closed', 'REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
    expect(await refused(address('reader', password, '/closed'), 'reader', 'closed')).toMatchObject({
      code: 'DATABASE_REFUSED',
      next: expect.stringContaining('CONNECT'),
    });
  });

  it('a server that is too old', async () => {
    const input = { variable: 'D', environment: { D: server.adminUrl }, minimumVersion: 19 };
    const problem = await problemOf(withSession(postgres, input, async () => 1));
    expect(problem).toMatchObject({ code: 'DATABASE_TOO_OLD', message: expect.stringContaining('18') });
  });

  it.each([
    ['HTTP', () => talkative('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['MySQL', () => greeting('J\0\0\0\n8.0.36\0')],
  ])(
    '%s instead of PostgreSQL',
    async (_, start) => {
      const other = await start();
      strange.push(other);
      for (const mode of ['prefer', 'disable']) {
        const problem = await refused(`postgres://reader:${password}@127.0.0.1:${other.port}/postgres?sslmode=${mode}`, 'reader');
        expect(problem.code).toBe('DATABASE_UNREACHABLE');
      }
    },
    30_000,
  );

  it('a server that does not answer', async () => {
    const other = await silent();
    strange.push(other);
    const start = performance.now();
    const problem = await refused(`postgres://reader:${password}@127.0.0.1:${other.port}/postgres`, 'reader');
    expect(problem).toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.stringContaining('in time') });
    expect(performance.now() - start).toBeLessThan(9000);
  }, 15_000);
});

describe('the session', () => {
  it('is named, read only and short-tempered', async () => {
    const [row] = await inSession(server.adminUrl, (session) =>
      session.query<
        Record<string, string>
      >(`SELECT current_setting('application_name') AS application, current_setting('transaction_read_only') AS only,
        current_setting('default_transaction_read_only') AS default_only, current_setting('transaction_isolation') AS isolation,
        current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`),
    );
    expect(row).toEqual({
      application: 'lockkeeper',
      only: 'on',
      default_only: 'on',
      isolation: 'repeatable read',
      statement: '5s',
      lock: '1s',
    });
  });

  it.each([
    ['INSERT INTO t VALUES (1)', 'BAD_USAGE'],
    ['WITH gone AS (DELETE FROM t RETURNING 1) SELECT * FROM gone', 'DATABASE_REFUSED'],
    ['WITH new AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM new', 'DATABASE_REFUSED'],
    ['SELECT 1; COMMIT; INSERT INTO t VALUES (1)', 'DATABASE_REFUSED'],
    ["SELECT nextval('public.s')", 'DATABASE_REFUSED'],
    ['SELECT * FROM t FOR UPDATE', 'DATABASE_REFUSED'],
    ['COMMIT', 'BAD_USAGE'],
    ['SET default_transaction_read_only = off', 'BAD_USAGE'],
  ])('cannot write: %s', async (sql, code) => {
    expect(
      (
        await problemOf(
          inSession(server.adminUrl, (session) => session.query(sql.replace(/\bt\b/, 'public.t'))),
          password,
        )
      ).code,
    ).toBe(code);
    const [left] = await administer<{ rows: number }>(server.adminUrl, 'SELECT count(*)::int AS rows FROM t');
    expect(left?.rows).toBe(0);
  });

  it('goes on after an attempt that was refused', async () => {
    const result = await inSession(server.adminUrl, async (session) => {
      expect(await session.attempt('SELECT 1/0')).toBeNull();
      expect(await session.attempt('SELECT nothing')).toBeNull();
      return session.query<{ one: number }>('SELECT 1 AS one');
    });
    expect(result).toEqual([{ one: 1 }]);
  });

  it('knows the search path', async () => {
    expect(await inSession(server.adminUrl, async ({ searchPath }) => searchPath)).toEqual(['public']);
    expect(await inSession(`${server.adminUrl}?schema=shop`, async ({ searchPath }) => searchPath)).toEqual(['shop']);
    await administer(server.adminUrl, 'CREATE SCHEMA IF NOT EXISTS shop');
    expect(await inSession(`${server.adminUrl}?options=-c%20search_path%3Dshop,public`, async ({ searchPath }) => searchPath)).toEqual([
      'shop',
      'public',
    ]);
  });

  it('works with a password over scram, and tells a statement that takes too long', async () => {
    const url = `postgres://reader:${password}@127.0.0.1:${port}/postgres`;
    const problem = await problemOf(
      inSession(url, (session) => session.query('SELECT pg_sleep(7)')),
      password,
    );
    expect(problem).toMatchObject({ code: 'DATABASE_REFUSED', message: expect.stringContaining('time') });
  }, 15_000);

  it('keeps unknown errors, without what they hold of the address', async () => {
    const problem = await problemOf(
      inSession(`postgres://reader:${password}@127.0.0.1:${port}/postgres`, (session) => session.query(`SELECT '${password}'::int`)),
      password,
    );
    expect(problem.message).toContain('22P02');
  });

  it('ends, whatever happens', async () => {
    await inSession(server.adminUrl, async () => Promise.reject(new Error('mine'))).catch((error: Error) =>
      expect(error.message).toBe('mine'),
    );
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const start = performance.now();
    const cancelled = withSession(postgres, { variable: 'D', environment: { D: server.adminUrl }, signal: abort.signal }, (session) =>
      session.query('SELECT pg_sleep(4)'),
    );
    expect((await problemOf(cancelled)).code).toBe('CANCELLED');
    expect(performance.now() - start).toBeLessThan(2000);
    const late = withSession(postgres, { variable: 'D', environment: { D: server.adminUrl }, signal: abort.signal }, async () => 1);
    expect((await problemOf(late)).code).toBe('CANCELLED');
    await expect.poll(() => sessionsLeft(), { timeout: 8000, interval: 200 }).toBe(0);
  }, 15_000);

  it('says so when it has ended', async () => {
    const session = await inSession(server.adminUrl, async (open) => open);
    await session.close();
    expect((await problemOf(session.query('SELECT 1'))).code).toBe('INTERNAL');
  });

  it('tells when the server ends it', async () => {
    const lost = inSession(server.adminUrl, async (session) => {
      await withClient(server.adminUrl, (client) =>
        client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockkeeper'"),
      );
      return session.query('SELECT 1');
    });
    expect((await problemOf(lost)).code).toBe('DATABASE_UNREACHABLE');
  });
});

describe('through a pooler', () => {
  it('leaves out what the pooler refuses, and still only reads', async () => {
    const between = await pooler(port);
    strange.push(between);
    const url = `postgres://postgres@127.0.0.1:${between.port}/postgres`;
    await inSession(url, async (session) => {
      expect(session.notes.join()).toContain('pooler');
      expect((await problemOf(session.query('WITH new AS (INSERT INTO public.t VALUES (1) RETURNING 1) SELECT * FROM new'))).code).toBe(
        'DATABASE_REFUSED',
      );
    });
    expect(between.startups.map((startup) => startup.includes('options'))).toEqual([true, false]);
    await inSession(`${url}?pgbouncer=true`, async () => 1);
    expect(between.startups.map((startup) => startup.includes('options'))).toEqual([true, false, false]);
  });
});

async function sessionsLeft(): Promise<number> {
  const [row] = await administer<{ left: number }>(
    server.adminUrl,
    "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'lockkeeper'",
  );
  return row?.left ?? -1;
}
