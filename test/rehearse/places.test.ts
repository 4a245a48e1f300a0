import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { findServers, nearestServer } from '../../src/rehearse/places/binaries.js';
import { embeddedPlace } from '../../src/rehearse/places/embedded.js';
import { nativePlace } from '../../src/rehearse/places/native.js';
import { type Place, withClientOf } from '../../src/rehearse/places/place.js';
import type { WatchedStatement } from '../../src/rehearse/watch/sink.js';
import { postgresBinaries } from '../support/postgres-binaries.js';

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const open = async (kind: string): Promise<Place> => {
  const place = kind === 'embedded' ? embeddedPlace([]) : await native();
  places.push(place);
  return place;
};

async function native(): Promise<Place> {
  const bin = `${await postgresBinaries(17)}/bin`;
  return nativePlace(nearestServer(await findServers({ LOCKKEEPER_POSTGRES_BIN: bin }, process.cwd()), 17)!);
}

/** Statements one after the other on one connection, as a tool sends them; answers the refusals. */
async function send(url: string, ...statements: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const refused: string[] = [];
  for (const sql of statements) await client.query(sql).catch((error: { code: string }) => refused.push(error.code));
  await client.end();
  return refused;
}

const seen = (statement: WatchedStatement | undefined) =>
  statement && [
    statement.sql,
    statement.locks?.map((lock) => `${lock.mode} ${lock.relation}`),
    statement.rewrites,
    statement.scans,
    statement.indexBuilds,
    statement.rows,
    statement.error?.code ?? null,
  ];

describe.each(['native', 'embedded'])('%s', (kind) => {
  test('what a tool does is seen statement by statement, and looks to the tool like the server itself', async () => {
    const place = await open(kind);
    const { database } = await place.open(null);
    await withClientOf(database, (client) =>
      client.query('CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT g, g FROM generate_series(1, 9) g'),
    );
    const refused = await send(
      database.address.url,
      'CREATE INDEX i ON t (a)',
      'BEGIN',
      'ALTER TABLE t ADD COLUMN b int DEFAULT 3',
      'UPDATE t SET b = 4',
      'COMMIT',
      'CREATE INDEX CONCURRENTLY j ON t (b)',
      'ALTER TABLE t ALTER id TYPE bigint; ALTER TABLE t ADD CHECK (b > 10)',
      'CREATE INDEX CONCURRENTLY k ON t (b); SELECT 1',
    );
    expect(refused).toEqual(['23514', '25001']);
    const statements = database.taken();
    expect(statements.map(seen)).toEqual(
      [
        ['CREATE INDEX i ON t (a)', ['ShareLock public.t'], [], ['public.t'], ['public.i'], null, null],
        ['ALTER TABLE t ADD COLUMN b int DEFAULT 3', ['AccessExclusiveLock public.t'], [], [], [], null, null],
        ['UPDATE t SET b = 4', ['RowExclusiveLock public.t'], [], [], [], 9, null],
        [
          'CREATE INDEX CONCURRENTLY j ON t (b)',
          kind === 'native' ? expect.anything() : undefined,
          [],
          ['public.t'],
          ['public.j'],
          null,
          null,
        ],
        [
          'ALTER TABLE t ALTER id TYPE bigint',
          ['AccessExclusiveLock public.t'],
          ['public.t'],
          [],
          ['public.i', 'public.j', 'public.t_pkey'],
          null,
          null,
        ],
        ['ALTER TABLE t ADD CHECK (b > 10)', undefined, [], [], [], null, '23514'],
        ['CREATE INDEX CONCURRENTLY k ON t (b)', undefined, [], [], [], null, '25001'],
      ].map((row) => (row[0] === 'CREATE INDEX CONCURRENTLY j ON t (b)' ? [row[0], seen(statements[3])![1], ...row.slice(2)] : row)),
    );
    expect(statements[3]?.locks?.map((lock) => lock.mode).filter((mode) => mode === 'AccessExclusiveLock') ?? []).toEqual([]);
  });

  test('a base is kept and opened again, without what came after it', async () => {
    const base = `test${Date.now().toString(36)}`;
    const first = await open(kind);
    const { database, filled } = await first.open(base);
    expect(filled).toBe(false);
    await withClientOf(database, (client) => client.query('CREATE TABLE kept (id int)'));
    expect(await first.keep(database, base)).toBe(true);
    await send(database.address.url, 'CREATE TABLE later (id int)');
    await first.close();
    const second = await open(kind);
    const again = await second.open(base);
    expect(again.filled).toBe(true);
    const tables = await withClientOf(again.database, (client) =>
      client.query("SELECT to_regclass('kept')::text AS kept, to_regclass('later')::text AS later"),
    );
    expect(tables.rows).toEqual([{ kept: 'kept', later: null }]);
  });
});

test.each([
  [17, '17.1'],
  [15, '16.2'],
  [19, '18.4'],
  [null, '18.4'],
])('for a target of version %s the nearest server is %s', (wanted, version) => {
  const servers = ['18.4', '17.1', '16.2'].map((each) => ({ folder: each, version: each, major: Number.parseInt(each, 10) }));
  expect(nearestServer(servers, wanted)?.version).toBe(version);
});
