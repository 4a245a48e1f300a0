import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openThrowAway, type ThrowAway } from '../../src/databases/pglite.js';
import { observeStatement } from '../../src/rehearse/observe.js';

let database: ThrowAway;

beforeAll(async () => {
  database = await openThrowAway();
  await database.exec(`
    CREATE TABLE parent (id int PRIMARY KEY);
    INSERT INTO parent VALUES (1), (2);
    CREATE TABLE child (id int PRIMARY KEY, p int REFERENCES parent, loose int, t varchar(50) NOT NULL DEFAULT 'x', at timestamp);
    CREATE INDEX child_p_idx ON child (p);
    INSERT INTO child VALUES (1, 1, 1), (2, 2, 2);
    CREATE SCHEMA other;
    CREATE TABLE other.child (id int);
    CREATE TABLE "Odd" (id int);`);
}, 60_000);
afterAll(() => database?.close());

const nothing = { locks: [], rewrites: [], scans: [], indexBuilds: [], error: null };
const locks = (modes: Record<string, string>): { relation: string; mode: string }[] =>
  Object.entries(modes).map(([relation, mode]) => ({ relation, mode }));

describe('observeStatement', () => {
  it.each<[string, object]>([
    [
      'CREATE INDEX child_t_idx ON child (t)',
      { locks: locks({ 'public.child': 'ShareLock' }), scans: ['public.child'], indexBuilds: ['public.child_t_idx'] },
    ],
    ['ALTER TABLE child ALTER COLUMN t TYPE text', { locks: locks({ 'public.child': 'AccessExclusiveLock' }) }],
    [
      'ALTER TABLE child ALTER COLUMN loose TYPE bigint',
      {
        locks: locks({ 'public.child': 'AccessExclusiveLock' }),
        rewrites: ['public.child'],
        indexBuilds: ['public.child_p_idx', 'public.child_pkey'],
      },
    ],
    [
      'ALTER TABLE child ALTER COLUMN loose SET NOT NULL',
      { locks: locks({ 'public.child': 'AccessExclusiveLock' }), scans: ['public.child'] },
    ],
    [
      'ALTER TABLE child ADD FOREIGN KEY (loose) REFERENCES parent',
      {
        locks: locks({ 'public.child': 'ShareRowExclusiveLock', 'public.parent': 'ShareRowExclusiveLock' }),
        scans: ['public.child', 'public.parent'],
      },
    ],
    [
      'ALTER TABLE child ADD FOREIGN KEY (loose) REFERENCES parent NOT VALID',
      { locks: locks({ 'public.child': 'ShareRowExclusiveLock', 'public.parent': 'ShareRowExclusiveLock' }) },
    ],
    [
      'ALTER TABLE child DROP CONSTRAINT child_p_fkey',
      { locks: locks({ 'public.child': 'AccessExclusiveLock', 'public.parent': 'AccessExclusiveLock' }) },
    ],
    ['DROP TABLE child', { locks: locks({ 'public.child': 'AccessExclusiveLock', 'public.parent': 'AccessExclusiveLock' }) }],
    ['CREATE TABLE newcomer (id int PRIMARY KEY, p int REFERENCES parent)', { locks: locks({ 'public.parent': 'ShareRowExclusiveLock' }) }],
    ['TRUNCATE child', { locks: locks({ 'public.child': 'AccessExclusiveLock' }) }],
    [
      'ALTER TABLE child SET UNLOGGED',
      {
        locks: locks({ 'public.child': 'AccessExclusiveLock' }),
        rewrites: ['public.child'],
        indexBuilds: ['public.child_p_idx', 'public.child_pkey'],
      },
    ],
    ['ALTER TABLE child RENAME TO kid', { locks: locks({ 'public.child': 'AccessExclusiveLock' }) }],
    ['DROP INDEX child_p_idx', { locks: locks({ 'public.child': 'AccessExclusiveLock' }) }],
    ['ALTER TABLE "Odd" ADD COLUMN x int', { locks: locks({ 'public."Odd"': 'AccessExclusiveLock' }) }],
    ['SELECT * FROM child', { locks: locks({ 'public.child': 'AccessShareLock' }) }],
    ['UPDATE child SET loose = 1', { locks: locks({ 'public.child': 'RowExclusiveLock' }) }],
    ['SELECT 1', {}],
  ])('%s', async (sql, expected) => expect(await observeStatement(database, sql)).toEqual({ ...nothing, ...expected }));

  it.each([
    ['CREATE INDEX CONCURRENTLY ON child (t)', '25001'],
    ['ALTER TABLE no_such_table ADD COLUMN x int', '42P01'],
    ['ALTER TABLE child ADD CONSTRAINT c CHECK (loose > 1)', '23514'],
    ['ALTER TABLE child', '42601'],
  ])('%s is refused with %s', async (sql, code) => {
    expect(await observeStatement(database, sql)).toEqual({ ...nothing, error: { code, message: expect.any(String) } });
  });

  it('leaves everything as it was', async () => {
    expect(await database.query('SELECT count(*)::int AS rows FROM child')).toEqual([{ rows: 2 }]);
    expect([...(await database.catalog()).relations.keys()]).toEqual(['other.child', 'public."Odd"', 'public.child', 'public.parent']);
  });
});
