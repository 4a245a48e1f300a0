// Runs on the servers of support/servers: the gate, with real drivers in front and a real server behind.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlannedStatement } from '../../src/core/run-plan.js';
import { readAddress } from '../../src/databases/postgres/address.js';
import { type GuardedGate, openGuardedGate } from '../../src/databases/postgres/wire/guarded-gate.js';
import { type GateEvent, PlanReferee } from '../../src/run/gate/plan-referee.js';
import { guardSettings, limitsOf } from '../../src/run/gate/settings.js';
import { fingerprints } from '../../src/sql/postgres/fingerprint.js';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { testServers } from '../support/servers.js';
import { quick } from './support/plan.js';

const servers = testServers();
const bookkeeping = {
  tables: ['history'],
  functions: [],
  writes: [{ sql: 'INSERT INTO {table} (version) VALUES ($1)', does: 'applies' as const, atMost: 1, keyed: true as const }],
  keys: ['7'],
};

for (const server of servers.filter(({ major }) => [14, 17, 18].includes(major))) {
  describe(`the gate on PostgreSQL ${server.major}`, () => {
    let gate: GuardedGate;
    let events: GateEvent[] = [];
    let database = '';
    const clients: pg.Client[] = [];

    beforeAll(() => loadParser());
    beforeEach(async () => {
      database = `gate_${process.pid}_${Math.floor(Math.random() * 1e9)}`;
      await direct(server.adminUrl, `CREATE DATABASE ${database}`);
      await direct(server.url(database), 'CREATE TABLE history (version int); CREATE TABLE t (id int)');
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) await client.end().catch(() => undefined);
      await gate?.close();
      await direct(server.adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    });

    const open = async (...statements: string[]): Promise<pg.Client> => {
      events = [];
      const planned = fingerprints(statements.join(';\n')).map((each) => each as unknown as PlannedStatement);
      const referee = new PlanReferee({
        statements: planned,
        direction: 'up',
        bookkeeping,
        bounds: { limits: limitsOf(quick), schemas: ['public', '$user'], role: 'postgres', applicationName: 'lockkeeper run' },
        record: (event) => events.push(event),
      });
      gate = await openGuardedGate(readAddress(server.url(database), 'URL'), guardSettings(quick, 'lockkeeper run'), referee);
      return enter();
    };
    const enter = async (more: pg.ClientConfig = {}): Promise<pg.Client> => {
      const client = new pg.Client({ host: '127.0.0.1', port: gate.port, user: gate.user, password: gate.password, database, ...more });
      client.on('error', () => undefined);
      clients.push(client);
      await client.connect();
      return client;
    };
    const refused = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'it passed',
        (error: Error) => error.message,
      );

    it('lets the plan pass in its order, each statement once', async () => {
      const client = await open('CREATE TABLE a (id int)', 'CREATE TABLE b (id int)');
      expect(await refused(client.query('CREATE TABLE b (id int)'))).toContain('not yet its turn');
      await client.query('create  table A ( id INTEGER ) -- the same');
      expect(await refused(client.query('CREATE TABLE a (id int)'))).toContain('has run already');
      await client.query('CREATE TABLE b (id int)');
      expect(await refused(client.query('DROP TABLE a'))).toContain('not in the approved plan');
      expect(events.filter(({ as, result }) => as === 'plan' && result === 'done')).toHaveLength(2);
    });

    it('tells constants apart', async () => {
      const client = await open('DELETE FROM t WHERE id = 1');
      expect(await refused(client.query('DELETE FROM t WHERE id = 2'))).toContain('not in the approved plan');
      expect(await refused(client.query('DELETE FROM t WHERE id = $1', [2]))).toContain('lockkeeper refused');
      await client.query('DELETE FROM t WHERE id = 1');
    });

    it('takes messages of several statements apart; one that is refused takes all with it', async () => {
      const client = await open('CREATE TABLE a (id int)', 'CREATE TABLE b (id int)');
      expect(await refused(client.query('CREATE TABLE a (id int); DROP TABLE t; CREATE TABLE b (id int)'))).toContain('DROP TABLE');
      expect(await tables(server.url(database))).not.toContain('a');
      await client.query('CREATE TABLE a (id int); CREATE TABLE b (id int)');
      expect(await tables(server.url(database))).toEqual(expect.arrayContaining(['a', 'b', 't']));
    });

    it('a refusal in a transaction makes the transaction fail, whatever the client does then', async () => {
      const client = await open('CREATE TABLE a (id int)', 'CREATE TABLE b (id int)');
      await client.query('BEGIN');
      await client.query('CREATE TABLE a (id int)');
      expect(await refused(client.query('DROP TABLE t'))).toContain('lockkeeper refused');
      const { command } = await client.query('COMMIT');
      expect(command).toBe('ROLLBACK');
      expect(await tables(server.url(database))).toEqual(['history', 't']);
    });

    it('a record of success passes only when all has run, once, and for the right migration', async () => {
      const client = await open('CREATE TABLE a (id int)');
      expect(await refused(client.query('INSERT INTO history (version) VALUES (7)'))).toContain('must not be recorded as done');
      await client.query('CREATE TABLE a (id int)');
      expect(await refused(client.query('INSERT INTO history (version) VALUES ($1)', [8]))).toContain('another migration');
      await client.query('INSERT INTO history (version) VALUES ($1)', [7]);
      expect(await refused(client.query('INSERT INTO history (version) VALUES (7)'))).toContain('already');
      expect((await client.query('SELECT version FROM history')).rows).toEqual([{ version: 7 }]);
    });

    it('keeps its limits through SET, SET LOCAL, set_config, RESET, DISCARD and the start-up options of the client', async () => {
      const client = await open("DO $$ BEGIN PERFORM set_config('lock_timeout', '0', false); END $$");
      const limit = async (): Promise<string> => (await client.query<{ lock_timeout: string }>('SHOW lock_timeout')).rows[0]!.lock_timeout;
      expect(await limit()).toBe('700ms');
      for (const sql of ['SET lock_timeout = 0', "SET SESSION lock_timeout TO '1h'", 'RESET lock_timeout', 'RESET ALL', 'DISCARD ALL', 'SET lock_timeout TO DEFAULT']) {
        await client.query(sql);
        expect(`${sql}: ${await limit()}`).toBe(`${sql}: 700ms`);
      }
      await client.query("SET lock_timeout = '50ms'");
      expect(await limit()).toBe('50ms');
      await client.query('RESET lock_timeout');
      expect(await refused(client.query("SELECT set_config('lock_timeout', '0', false)"))).toContain('lockkeeper refused');
      await client.query("DO $$ BEGIN PERFORM set_config('lock_timeout', '0', false); END $$");
      expect(await limit()).toBe('700ms');
      const other = await enter({ options: '-c lock_timeout=0 -c statement_timeout=0' });
      expect((await other.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '700ms' }]);
      await client.query("SET application_name = 'innocent'");
      expect((await client.query('SHOW application_name')).rows).toEqual([{ application_name: 'lockkeeper run' }]);
    });

    it('a concurrent build waits without a limit of its own, and the limit is back after it', async () => {
      const client = await open('CREATE INDEX CONCURRENTLY t_id ON t (id)');
      await client.query('CREATE INDEX CONCURRENTLY t_id ON t (id)');
      expect((await client.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '700ms' }]);
    });

    it.each([
      ['another role', "SET ROLE 'pg_monitor'"],
      ['another search_path', 'SET search_path = evil'],
      ['replication roles', "SET session_replication_role = 'replica'"],
      ['strings that read otherwise', 'SET standard_conforming_strings = off'],
      ['another encoding', "SET client_encoding = 'SJIS'"],
      ['a COPY', 'COPY t FROM STDIN'],
      ['a COPY of a program', "COPY t FROM PROGRAM 'id'"],
      ['a read of a table', 'SELECT * FROM t'],
      ['a function that writes', "SELECT lo_create(1), pg_read_file('/etc/passwd')"],
      ['a write in a CTE', 'WITH gone AS (DELETE FROM t RETURNING 1) SELECT 1 FROM pg_class'],
      ['a locking read', 'SELECT 1 FROM pg_class FOR UPDATE'],
      ['SELECT INTO', 'SELECT 1 AS id INTO stolen'],
      ['a prepared transaction', "PREPARE TRANSACTION 'x'"],
      ['a prepared statement of SQL', 'PREPARE p AS DELETE FROM t'],
      ['an explained write', 'EXPLAIN ANALYZE DELETE FROM t'],
      ['what cannot be read', 'DELETE FROM t WHERE (('],
      ['two in one comment trick', "SELECT 1 /* ; */; DROP TABLE t; -- '"],
      ['a call', "CALL p()"],
      ['a notification', "NOTIFY x"],
    ])('refuses %s before it reaches the server', async (_, sql) => {
      const client = await open('CREATE TABLE a (id int)');
      expect(await refused(client.query(sql))).toContain('lockkeeper');
      expect(await refused(client.query({ text: sql, values: [], queryMode: 'extended' } as pg.QueryConfig))).toContain('lockkeeper');
      // The connection lives on, and the server has seen nothing.
      await client.query('CREATE TABLE a (id int)');
      expect(await tables(server.url(database))).toEqual(['a', 'history', 't']);
    });

    it('lets nobody in without its password, nor to another database', async () => {
      await open('SELECT 1');
      expect(await refused(enter({ password: 'guessed' }))).toContain('lets only the program in');
      expect(await refused(enter({ database: 'postgres' }))).toContain('lets only the program in');
      expect(await refused(enter({ user: 'someone' }))).toContain('lets only the program in');
    });

    it('passes a cancel request on to its own session only', async () => {
      const client = await open('SELECT pg_sleep(20)');
      const inside = client as unknown as { processID: number; secretKey: number };
      const running = refused(client.query('SELECT pg_sleep(20)'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const request = Buffer.alloc(16);
      for (const [at, value] of [16, 80877102, inside.processID, inside.secretKey].entries()) request.writeInt32BE(value, at * 4);
      connect(gate.port, '127.0.0.1').end(request);
      expect(await running).toContain('canceling statement due to user request');
    });

    it('carries large statements and large results in pieces', async () => {
      const text = 'x'.repeat(6 * 1024 * 1024);
      const digest = createHash('md5').update(text).digest('hex');
      const client = await open(`INSERT INTO notes VALUES ('${text}')`, 'SELECT repeat(md5(i::text), 30) FROM generate_series(1, 20000) AS i');
      await direct(server.url(database), 'CREATE TABLE notes (body text)');
      await client.query(`INSERT INTO notes VALUES ('${text}')`);
      const { rows } = await client.query('SELECT repeat(md5(i::text), 30) FROM generate_series(1, 20000) AS i');
      expect(rows).toHaveLength(20_000);
      const [row] = await direct<{ sum: string }>(server.url(database), 'SELECT md5(body) AS sum FROM notes');
      expect(row?.sum).toBe(digest);
    });

    it('ends what is open when the program is gone', async () => {
      const client = await open('CREATE TABLE a (id int)', 'SELECT pg_sleep(60)');
      await client.query('BEGIN');
      await client.query('CREATE TABLE a (id int)');
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      await gate.close();
      for (let round = 0; round < 50; round += 1) {
        const rows = await direct(server.url(database), "SELECT FROM pg_stat_activity WHERE application_name = 'lockkeeper run' AND datname = current_database()");
        if (rows.length === 0) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(await tables(server.url(database))).toEqual(['history', 't']);
    });
  });
}

async function direct<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}

async function tables(url: string): Promise<string[]> {
  return (await direct<{ name: string }>(url, "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")).map(
    ({ name }) => name,
  );
}
