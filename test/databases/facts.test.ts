import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/core/facts.js';
import { postgres } from '../../src/databases/postgres.js';
import { type RunningServer, startServer } from '../support/postgres.js';
import { administer, inSession, problemOf, withClient } from './support/servers.js';

let server: RunningServer;
let url: string;
let idle: pg.Client;
let owner: pg.Client;
const roleUrl = (role: string): string => url.replace('postgres@', `${role}@`);
const readFacts = (from = url): Promise<Facts> => inSession(from, (session) => postgres.facts(session));

beforeAll(async () => {
  server = await startServer(18);
  await administer(server.adminUrl, 'CREATE DATABASE shop');
  url = server.url('shop');
  await administer(
    url,
    'CREATE ROLE plain LOGIN',
    'CREATE ROLE worker LOGIN',
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    'GRANT ALL ON SCHEMA public TO worker',
    'CREATE TABLE analysed (id int PRIMARY KEY, a text)',
    "INSERT INTO analysed SELECT g, repeat('x', 100) FROM generate_series(1, 10000) g",
    'ANALYZE analysed',
    'CREATE TABLE counted (id int)',
    'INSERT INTO counted SELECT generate_series(1, 500)',
    'CREATE TABLE guessed (id int, b bigint)',
    'INSERT INTO guessed SELECT g, g FROM generate_series(1, 50000) g',
    'CREATE TABLE "Empty" (id int)',
    'CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at)',
    "CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    'CREATE TABLE parted_b PARTITION OF parted DEFAULT PARTITION BY RANGE (at)',
    'CREATE TABLE parted_c PARTITION OF parted_b DEFAULT',
    "INSERT INTO parted SELECT g, date '2020-01-01' + g FROM generate_series(1, 1000) g",
    'ANALYZE parted_a',
    'ANALYZE parted_c',
    'CREATE TABLE doubled (id int)',
    'INSERT INTO doubled VALUES (1), (1)',
    "ALTER DATABASE shop SET lock_timeout = '3s'",
    "ALTER ROLE plain SET statement_timeout = '2min'",
    "ALTER ROLE plain SET timezone = 'Europe/Paris'",
    "SELECT pg_create_logical_replication_slot('changes', 'pgoutput')",
  );
  await administer(url, 'CREATE UNIQUE INDEX CONCURRENTLY doubled_idx ON doubled (id)').catch(() => undefined);
  await administer(
    url,
    "SELECT pg_stat_reset_single_table_counters('guessed'::regclass)",
    'SELECT count(*) FROM analysed WHERE id = 7',
    'UPDATE analysed SET a = id::text WHERE id < 11',
  );
  // From here on, transactions that the tests find to be old.
  await administer(url, 'BEGIN', 'UPDATE counted SET id = id', "PREPARE TRANSACTION 'half done'");
  idle = new pg.Client({ connectionString: roleUrl('worker'), application_name: 'the worker' });
  await idle.connect();
  await idle.query('CREATE TABLE held (id int)');
  await idle.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await idle.query("SELECT 'secret text' FROM held");
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query('BEGIN');
  await owner.query('SELECT pg_sleep(5.5)');
}, 120_000);

afterAll(async () => {
  await idle?.end();
  await owner?.end();
  await server?.stop();
});

describe('facts', () => {
  it('tells the server and its settings', async () => {
    expect(await readFacts()).toMatchObject({
      engine: 'postgres',
      version: 18,
      fullVersion: expect.stringMatching(/^PostgreSQL 18/),
      timeZone: 'UTC',
      lockTimeoutMs: 3000,
      statementTimeoutMs: 0,
      isSuperuser: true,
      undetermined: [],
    });
    expect(await readFacts(roleUrl('plain'))).toMatchObject({
      timeZone: 'Europe/Paris',
      lockTimeoutMs: 3000,
      statementTimeoutMs: 120_000,
      isSuperuser: false,
    });
  });

  it('tells sizes: analysed, counted, guessed', async () => {
    const { tables } = await readFacts();
    expect(tables['public.analysed']).toMatchObject({
      rows: 10_000,
      indexes: [{ name: 'public.analysed_pkey', valid: true, scans: expect.any(Number), bytes: expect.any(Number) }],
    });
    expect(tables['public.analysed']?.heapBytes).toBeGreaterThan(1_000_000);
    expect(tables['public.analysed']?.indexBytes).toBe(tables['public.analysed']?.indexes[0]?.bytes);
    expect(tables['public.counted']?.rows).toBe(500);
    expect(tables['public.guessed']?.rows).toBeGreaterThan(25_000);
    expect(tables['public.guessed']?.rows).toBeLessThan(100_000);
    expect(tables['public."Empty"']).toEqual({ rows: 0, heapBytes: 0, indexBytes: 0, indexes: [], reads: 0, writes: 0 });
  });

  it('adds partitions up', async () => {
    const { tables } = await readFacts();
    expect(tables['public.parted']?.rows).toBe(1000);
    expect(tables['public.parted_b']?.rows).toBe(tables['public.parted_c']?.rows);
    expect(tables['public.parted']?.heapBytes).toBe(
      (tables['public.parted_a']?.heapBytes ?? 0) + (tables['public.parted_c']?.heapBytes ?? 0),
    );
  });

  it('tells traffic and what is invalid', async () => {
    const { tables } = await readFacts();
    expect(tables['public.analysed']?.reads).toBeGreaterThan(0);
    expect(tables['public.analysed']?.writes).toBe(10_010);
    expect(tables['public.doubled']?.indexes).toMatchObject([{ name: 'public.doubled_idx', valid: false }]);
  });

  it('tells long transactions and what they hold, never their text', async () => {
    const { longTransactions } = await readFacts();
    expect(longTransactions).toContainEqual({
      pid: expect.any(Number),
      ageSeconds: expect.any(Number),
      state: 'idle in transaction',
      applicationName: 'the worker',
      holdsSnapshot: true,
      relations: ['public.held'],
    });
    expect(longTransactions).toContainEqual({
      pid: 0,
      ageSeconds: expect.any(Number),
      state: 'prepared',
      applicationName: '',
      holdsSnapshot: false,
      relations: ['public.counted'],
    });
    for (const { ageSeconds } of longTransactions) expect(ageSeconds).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(longTransactions)).not.toContain('secret text');
  });

  it('says what a plain role cannot see', async () => {
    const facts = await readFacts(roleUrl('plain'));
    expect(facts.undetermined).toEqual(['longTransactions']);
    expect(facts.tables['public.analysed']?.rows).toBe(10_000);
    expect(facts.logicalSlots).toBe(1);
  });

  it('tells replicas and their lag', async () => {
    expect((await readFacts()).replicas).toEqual([]);
    const replica = new pg.Client({ connectionString: url, application_name: 'copy_1', replication: 'true' } as pg.ClientConfig);
    replica.on('error', () => undefined);
    await replica.connect();
    const [position] = (await replica.query<{ xlogpos: string }>('IDENTIFY_SYSTEM')).rows;
    replica.query(`START_REPLICATION PHYSICAL ${position?.xlogpos}`).catch(() => undefined);
    await expect.poll(async () => (await readFacts()).replicas, { timeout: 5000 }).toEqual([{ name: 'copy_1', lagBytes: null }]);
    expect((await readFacts(roleUrl('plain'))).undetermined).toContain('replicas');
    (replica as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  });

  it('does not wait for a table that is locked, and says that its size is an estimate', async () => {
    await withClient(url, async (client) => {
      await client.query('BEGIN; LOCK TABLE analysed IN ACCESS EXCLUSIVE MODE');
      const start = performance.now();
      const facts = await readFacts();
      expect(performance.now() - start).toBeLessThan(3000);
      expect(facts.undetermined).toContain('tableSize');
      expect(facts.tables['public.analysed']).toMatchObject({ rows: 10_000 });
      expect(facts.tables['public.analysed']?.heapBytes).toBeGreaterThan(1_000_000);
      await client.query('ROLLBACK');
    });
  });
});

describe('fingerprint', () => {
  it('tells which database it is', async () => {
    const fingerprint = await inSession(url, (session) => postgres.fingerprint(session));
    expect(fingerprint).toEqual({ systemIdentifier: expect.stringMatching(/^\d{15,}$/), database: 'shop', version: 18, standby: false });
    expect(await inSession(roleUrl('plain'), (session) => postgres.fingerprint(session))).toEqual(fingerprint);
  });

  it('goes without the identifier where the role may not read it', async () => {
    await administer(url, 'REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
    expect(await inSession(roleUrl('plain'), (session) => postgres.fingerprint(session))).toMatchObject({
      systemIdentifier: null,
      database: 'shop',
    });
  });
});

describe('a role that may only connect', () => {
  it('reads the whole catalog', async () => {
    const asOwner = await inSession(url, (session) => postgres.catalog(session));
    expect(await inSession(roleUrl('plain'), (session) => postgres.catalog(session))).toEqual(asOwner);
    expect((await problemOf(inSession(roleUrl('plain'), (session) => session.query('SELECT * FROM public.analysed')))).code).toBe(
      'DATABASE_REFUSED',
    );
  });
});
