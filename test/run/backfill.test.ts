/** Backfills on real servers: resumed after kill -9 and cancel, out of the way of others, and never twice. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administer } from '../databases/support/servers.js';
import { testServers } from '../support/servers.js';
import { doubled, Replica, runTask, stateFolder } from './support/backfill.js';

describe.each(testServers())('PostgreSQL $major', (server) => {
  const name = `backfill_${process.pid}`;
  const url = server.url(name);
  let admin: pg.Client;
  beforeAll(async () => {
    admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
  });
  afterAll(async () => {
    await admin?.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin?.end();
  });

  const table = async (table: string, rows: number, key = 'PRIMARY KEY (id)'): Promise<void> => {
    await administer(
      url,
      `CREATE TABLE ${table} (id integer, shop text DEFAULT 'x', number integer, double integer, ${key});
       INSERT INTO ${table} (id, shop, number) SELECT i, 'shop ' || i % 7, i FROM generate_series(1, ${rows}) AS i`,
    );
  };
  const left = async (table: string): Promise<number> =>
    (await administer<{ n: number }>(url, `SELECT count(*)::int AS n FROM ${table} WHERE double IS DISTINCT FROM number * 2`))[0]?.n ?? -1;

  test('every row once, in ranges that grow to the time they may take; the record goes with the last', async () => {
    await table('plain', 20_000);
    const state = await stateFolder();
    const told: string[] = [];
    const report = await runTask(
      { url, spec: doubled('plain', ['id']), state },
      { progress: (done, total, message) => told.push(`${done}/${total} ${message}`) },
    );
    expect(report).toMatchObject({ outcome: 'done', changed: 20_000, expected: { rows: 20_000, how: 'counted' }, resumed: false });
    expect(report.rowsPerBatch.largest).toBeGreaterThan(200);
    expect(told.at(-1)).toBe('20000/20000 plain: checking');
    expect(await left('plain')).toBe(0);
    expect(await readdir(join(state, 'backfills'))).toEqual([]);
  });

  test('a key of two columns, one of them text; and no key at all', async () => {
    await table('pairs', 3000, 'PRIMARY KEY (shop, id)');
    await table('keyless', 3000, 'CHECK (id > 0)');
    const state = await stateFolder();
    expect(await runTask({ url, spec: doubled('pairs', ['shop', 'id']), state })).toMatchObject({ outcome: 'done', changed: 3000 });
    expect(await runTask({ url, spec: doubled('keyless', []), state })).toMatchObject({ outcome: 'done', changed: 3000 });
    expect([await left('pairs'), await left('keyless')]).toEqual([0, 0]);
  });

  test.each(['committed', 'recorded'])(
    'killed with -9 when a range is %s: the next call goes on from there, no row is done twice',
    async (killAt) => {
      const name = `killed_${killAt}`;
      await table(name, 4000);
      await administer(
        url,
        `CREATE TABLE ${name}_writes (id integer);
       CREATE FUNCTION ${name}_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO ${name}_writes VALUES (NEW.id); RETURN NULL; END';
       CREATE TRIGGER note AFTER UPDATE ON ${name} FOR EACH ROW EXECUTE FUNCTION ${name}_note()`,
      );
      const state = await stateFolder();
      const task = { url, spec: doubled(name, ['id']), state, limits: { mostRows: 500 } };
      const file = join(state, 'task.json');
      await writeFile(file, JSON.stringify({ ...task, killAt, time: 3 }));
      const child = await execa(process.execPath, ['--import', 'tsx', 'test/run/support/backfill-child.ts', file], { reject: false });
      expect(child.signal).toBe('SIGKILL');
      const before = await left(name);
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(4000);
      expect(await runTask(task)).toMatchObject({ outcome: 'done', resumed: true, changed: before });
      const writes = await administer<{ all: number; different: number }>(
        url,
        `SELECT count(*)::int AS all, count(DISTINCT id)::int AS different FROM ${name}_writes`,
      );
      expect(writes).toEqual([{ all: 4000, different: 4000 }]);
    },
  );

  test('a cancel stops it after the range at hand, and the next call goes on', async () => {
    await table('cancelled', 4000);
    const task = { url, spec: doubled('cancelled', ['id']), state: await stateFolder(), limits: { mostRows: 500 } };
    const control = new AbortController();
    const report = await runTask(task, { signal: control.signal, at: (point) => void (point === 'recorded' && control.abort()) });
    expect(report).toMatchObject({ outcome: 'cancelled', batches: 1 });
    expect(await left('cancelled')).toBe(4000 - report.changed);
    expect(await runTask(task)).toMatchObject({ outcome: 'done', resumed: true, changed: 4000 - report.changed });
  });

  test('somebody holds a row: it does not wait for long, and comes back; without end it stops between two ranges', async () => {
    await table('held', 1000);
    const task = { url, spec: doubled('held', ['id']), state: await stateFolder() };
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('BEGIN; UPDATE held SET shop = shop WHERE id = 700');
    const stopped = await runTask({ ...task, limits: { attempts: 2 } });
    expect(stopped.outcome).toBe('gave-way');
    expect(stopped.retried).toBeGreaterThanOrEqual(2);
    expect(await left('held')).toBe(1000 - stopped.changed);
    setTimeout(() => void other.query('COMMIT'), 600);
    expect(await runTask(task)).toMatchObject({ outcome: 'done' });
    expect(await left('held')).toBe(0);
    await other.end();
  });

  test('somebody waits for a row of a slow range: the range is taken back, and they go on', async () => {
    await table('slow', 60);
    const spec = doubled('slow', ['id'], {
      assignment: 'double = CASE WHEN pg_sleep(0.03) IS NOT NULL THEN number * 2 END',
      batchRows: 60,
    });
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const running = runTask({ url, spec, state: await stateFolder(), limits: { lockTimeoutMs: 5000, longestBlockMs: 200, attempts: 20 } });
    await sleep(500);
    await other.query("UPDATE slow SET shop = 'mine' WHERE id = 1");
    const report = await running;
    expect(report).toMatchObject({ outcome: 'done', changed: 60 });
    expect(report.retried).toBeGreaterThan(0);
    expect(report.rowsPerBatch.smallest).toBeLessThan(60);
    await other.end();
  });

  test('pauses for a long transaction, for a lock that somebody wants on the table, and stops when it lasts', async () => {
    await table('pressed', 500);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const task = { url, spec: doubled('pressed', ['id']), state: await stateFolder() };
    await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await sleep(300);
    const stopped = await runTask({ ...task, limits: { longTransactionMs: 200, longestPauseMs: 500 } });
    expect(stopped).toMatchObject({ outcome: 'paused-too-long', changed: 0, pauses: [{ why: 'somebody has a long transaction open' }] });
    expect(await left('pressed')).toBe(500);
    await other.query('COMMIT; BEGIN; LOCK TABLE pressed IN ROW EXCLUSIVE MODE');
    const third = new pg.Client({ connectionString: url });
    await third.connect();
    const waiting = third.query('BEGIN; LOCK TABLE pressed IN SHARE MODE; COMMIT');
    await sleep(200);
    setTimeout(() => void other.query('COMMIT'), 700);
    const report = await runTask(task);
    await waiting;
    expect(report).toMatchObject({ outcome: 'done', changed: 500 });
    expect(report.pauses[0]?.why).toBe('somebody waits for a lock on the table');
    await Promise.all([other.end(), third.end()]);
  });

  test('pauses while a replica is behind', async () => {
    await table('replicated', 500);
    const [now] = await administer<{ lsn: string }>(url, 'SELECT pg_current_wal_flush_lsn()::text AS lsn');
    const replica = await Replica.connect(url, now?.lsn ?? '0/0');
    await administer(url, 'CREATE TABLE more_wal AS SELECT i FROM generate_series(1, 5000) AS i');
    const caughtUp = async () =>
      replica.replayed((await administer<{ lsn: string }>(url, 'SELECT pg_current_wal_lsn()::text AS lsn'))[0]?.lsn ?? '');
    await expect
      .poll(() => administer(url, 'SELECT FROM pg_stat_replication WHERE pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 100000'))
      .toHaveLength(1);
    setTimeout(() => void caughtUp(), 700);
    const report = await runTask({
      url,
      spec: doubled('replicated', ['id']),
      state: await stateFolder(),
      limits: { replicaLagBytes: 100_000 },
    });
    replica.leave();
    expect(report).toMatchObject({ outcome: 'done', changed: 500 });
    expect(report.pauses[0]?.why).toBe('a replica is behind');
  });

  test('rows that would be filled again by a second run are not filled at all', async () => {
    await table('again', 100);
    const spec = doubled('again', ['id'], { assignment: 'double = coalesce(double, 0) + 1', where: 'number > 0' });
    const report = await runTask({ url, spec, state: await stateFolder() });
    expect(report).toMatchObject({ outcome: 'failed', changed: 0, batches: 0 });
    expect(report.says).toContain('filled twice');
    expect(await administer(url, 'SELECT FROM again WHERE double IS NOT NULL')).toEqual([]);
  });

  test('what the database refuses stops it behind the ranges that are done, and no value of a row is told', async () => {
    await table('refused', 1000);
    await administer(
      url,
      "ALTER TABLE refused ADD CONSTRAINT small CHECK (double < 1800); UPDATE refused SET shop = 'secret value' WHERE id = 950",
    );
    const report = await runTask({ url, spec: doubled('refused', ['id']), state: await stateFolder(), limits: { mostRows: 200 } });
    expect(report.outcome).toBe('failed');
    expect(report.changed).toBe(1000 - (await left('refused')));
    expect(report.changed).toBeGreaterThan(0);
    expect(report.says).toContain('SQLSTATE 23514, constraint small');
    expect(JSON.stringify(report)).not.toContain('secret value');
  });

  test('counting that takes too long is estimated, and said to be; a key that is none is refused', async () => {
    await table('large', 20_000);
    await administer(url, 'ANALYZE large');
    const task = {
      url,
      spec: doubled('large', ['id'], { where: 'double IS DISTINCT FROM number * 2 AND pg_sleep(0.0001) IS NOT NULL' }),
      state: await stateFolder(),
    };
    const control = new AbortController();
    control.abort();
    const report = await runTask({ ...task, limits: { countMs: 50 } }, { signal: control.signal });
    expect(report).toMatchObject({ outcome: 'cancelled', expected: { how: 'estimated' } });
    expect(report.expected.rows).toBeGreaterThan(0);
    await expect(runTask({ ...task, spec: doubled('large', ['number']) })).rejects.toThrow('may be NULL');
    await expect(runTask({ ...task, spec: doubled('no_such', ['id']) })).rejects.toThrow('no table');
  });
});
