import { describe, expect, test } from 'vitest';
import { loadJudge } from '../../src/rules/judge.js';
import { analyse, unitOf } from './analyse.js';

const orders =
  'CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY, code varchar(50), parent_id int REFERENCES parent);';
const only = async (sql: string, history = orders) => (await analyse(sql, history)).statements[0]!.effects;

describe('the schema decides', () => {
  test('widening rewrites nothing, narrowing does', async () => {
    expect((await only('ALTER TABLE orders ALTER code TYPE varchar(200)')).rewrites).toEqual([]);
    expect((await only('ALTER TABLE orders ALTER code TYPE varchar(20)')).rewrites).toEqual(['public.orders']);
  });

  test('a foreign key locks the other side when it goes', async () => {
    expect((await only('DROP TABLE orders')).locks.map(({ relation, mode }) => [relation, mode])).toEqual([
      ['public.orders', 'AccessExclusiveLock'],
      ['public.parent', 'AccessExclusiveLock'],
    ]);
  });

  test('SET NOT NULL after a validated CHECK does not scan', async () => {
    const steps = 'ALTER TABLE orders ADD CONSTRAINT c CHECK (code IS NOT NULL) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c;';
    expect((await only('ALTER TABLE orders ALTER code SET NOT NULL', orders + steps)).scans).toEqual([]);
    expect((await only('ALTER TABLE orders ALTER code SET NOT NULL')).scans).toEqual(['public.orders']);
  });

  test('what a ROLLBACK undoes is not there after it', async () => {
    const { statements } = await analyse(
      'BEGIN; ALTER TABLE orders ALTER code TYPE text; ROLLBACK; ALTER TABLE orders ALTER code TYPE varchar(20);',
      orders,
      { transactionMode: 'none' },
    );
    expect(statements.at(-1)?.effects.rewrites).toEqual(['public.orders']);
    const again = await analyse(
      'BEGIN; ALTER TABLE orders ALTER code TYPE text; ROLLBACK; ALTER TABLE orders ALTER code TYPE varchar(80);',
      orders,
      { transactionMode: 'none' },
    );
    expect(again.statements.at(-1)?.effects.rewrites).toEqual([]);
  });

  test('the time zone decides over timestamp to timestamptz', async () => {
    const judge = await loadJudge();
    const run = (zone: string) =>
      judge({
        version: 17,
        historyIsComplete: true,
        units: [
          unitOf('CREATE TABLE e (at timestamp);', { judged: false }),
          unitOf(`SET timezone = '${zone}'; ALTER TABLE e ALTER at TYPE timestamptz;`),
        ],
      }).statements.at(-1)!.effects.rewrites;
    expect(run('UTC')).toEqual([]);
    expect(run('Europe/Paris')).toEqual(['public.e']);
  });

  test('a down script sees the schema after its up, and leaves it for the next up', async () => {
    const judge = await loadJudge();
    const { statements } = judge({
      version: 17,
      historyIsComplete: true,
      units: [
        unitOf(orders, { judged: false }),
        unitOf('ALTER TABLE orders ADD COLUMN x varchar(10);'),
        unitOf('ALTER TABLE orders DROP COLUMN x;', { direction: 'down' }),
        unitOf('ALTER TABLE orders ALTER x TYPE varchar(20);'),
      ],
    });
    expect(statements.map((statement) => statement.effects.rewrites)).toEqual([[], [], []]);
    expect(statements[1]?.direction).toBe('down');
  });
});

describe('what cannot be read', () => {
  test.each([
    ["DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'x'; END $$"],
    ["DO LANGUAGE plpython3u $$ plpy.execute('drop table x') $$"],
    ['ALTR TABLE x ADD y int'],
    ['ALTER TABLE ${table} ADD COLUMN x int'],
    ['\\i other.sql'],
  ])('%s is unknown', async (sql) => {
    const { unanalysed, statements } = await analyse(sql);
    expect(unanalysed).toHaveLength(1);
    expect(statements[0]?.analysed).toBe(false);
  });
});
