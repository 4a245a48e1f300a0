// check_drift as a whole: causes, baseline, two databases, a poor role, models. Runs on the servers of support/servers.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Drift } from '../../src/core/drift.js';
import { drift } from '../../src/operations/drift.js';
import type { DriftInput } from '../../src/operations/drift.js';
import { driftText, mendingScript } from '../../src/report/drift-text.js';
import { driftPage } from '../../src/mcp/answer/drift-page.js';
import { driftPageSchema } from '../../src/mcp/schemas/drift.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { leaks, World } from '../orms/conformance/world.js';
import { alembic } from '../orms/drivers/alembic.js';
import { diesel } from '../orms/drivers/diesel.js';
import { drizzle } from '../orms/drivers/drizzle.js';
import { goose } from '../orms/drivers/goose.js';
import { testServers } from '../support/servers.js';
import { database } from './support/example.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
const worlds: World[] = [];
const unavailable = new Map<string, string>();

beforeAll(async () => {
  for (const driver of [goose, diesel, drizzle, alembic])
    await driver.install().catch((error: unknown) => {
      if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
      unavailable.set(driver.tool, error.message);
    });
}, 20 * 60_000);
afterAll(async () => {
  for (const world of worlds) await world.remove();
});

async function open(driver: typeof goose): Promise<World> {
  const world = await World.make(driver, server!);
  worlds.push(world);
  await world.add(
    { name: 'customers', up: 'CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(40));', down: 'DROP TABLE customers;' },
    {
      name: 'orders',
      up: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES customers);',
      down: 'DROP TABLE orders;',
    },
  );
  return world;
}

/** The drift of a world, looked at through every way in which it is answered. */
async function look(world: World, input: Partial<DriftInput> = {}, environment: Record<string, string> = {}): Promise<Drift> {
  const answer = await drift({ project: world.root, databaseVariable: 'SCRATCH_URL', ...input }, world.context({}, environment));
  expect(leaks(answer)).toBe(false);
  const page = driftPage(answer, { format: 'concise', cursor: undefined, limit: 20 });
  driftPageSchema.parse(page.structured);
  expect(leaks(page)).toBe(false);
  expect(driftText(answer)).toContain(answer.inStep && answer.counts.differences === 0 ? 'no drift' : 'difference');
  return answer;
}

const lines = (answer: Drift): string[] =>
  answer.differences.map((each) => `${each.kind} ${each.object} ${each.cause.kind} ${each.cause.migration ?? '-'}`);

describe.skipIf(server === undefined)('check_drift', { timeout: 240_000 }, () => {
  test('in step; a hot fix by hand is named, mended in both directions, and a baseline accepts it', async (context) => {
    if (unavailable.has('goose')) return context.skip(unavailable.get('goose'));
    const world = await open(goose);
    const [pending] = await world.add();
    expect(pending).toBeUndefined();
    await world.apply('all');
    const later = await world.add({ name: 'later', up: 'CREATE TABLE later (id int);', down: 'DROP TABLE later;' });
    expect(await look(world)).toMatchObject({ inStep: true, counts: { differences: 0, pending: 1 }, pending: later });

    await world.sql(
      'ALTER TABLE customers ADD COLUMN vip boolean DEFAULT false NOT NULL; ALTER TABLE customers ALTER COLUMN name TYPE varchar(80)',
    );
    const answer = await look(world);
    expect(lines(answer)).toEqual([
      'column public.customers.name changed-by-hand 00010_customers.sql',
      'column public.customers.vip changed-by-hand -',
    ]);
    expect(answer.differences[0]).toMatchObject({
      presentIn: ['files', 'live'],
      properties: [{ property: 'type', values: { files: 'character varying(40)', live: 'character varying(80)' } }],
    });
    expect(answer.differences[1]?.mend.live).toMatchObject({
      sql: ['ALTER TABLE public.customers DROP COLUMN vip'],
      loses: ['the values of public.customers.vip'],
    });

    expect(await look(world, { writeBaseline: true })).toMatchObject({ inStep: true, counts: { new: 0, accepted: 2 } });
    await world.sql('CREATE INDEX hot ON orders (customer)');
    const more = await look(world, { baseline: 'lockkeeper-drift.json' });
    expect(more).toMatchObject({ inStep: false, counts: { differences: 3, new: 1, accepted: 2 }, staleBaseline: [] });
    expect(more.differences.find((each) => !each.accepted)?.object).toBe('public.hot');

    // The other direction: what a new migration says, run by the tool, brings the files to the database.
    await rm(join(world.root, 'migrations', later[0]!));
    await world.add({ name: 'keep', up: `${more.mend.files!.sql.join(';\n')};`, down: null });
    const name = (await world.status()).next[0]!;
    await world.sql(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (${Number.parseInt(name, 10)}, true)`);
    expect(await look(world)).toMatchObject({ inStep: true, counts: { differences: 0 } });

    // And back: the script for the database, executed, ends in the files as they were.
    await world.sql(`DELETE FROM goose_db_version WHERE version_id = ${Number.parseInt(name, 10)}`);
    const back = await look(world, { baseline: 'lockkeeper-drift.json' });
    await world.sql(mendingScript(back.mend.live));
    expect(await look(world, { baseline: 'lockkeeper-drift.json' })).toMatchObject({
      counts: { differences: 0 },
      staleBaseline: [expect.any(String), expect.any(String)],
    });
  });

  test('a history that lies, and a file that is gone', async (context) => {
    if (unavailable.has('goose')) return context.skip(unavailable.get('goose'));
    const world = await open(goose);
    await world.apply('all');
    const [third] = await world.add({
      name: 'third',
      up: 'CREATE TABLE third (id int);\nCREATE INDEX third_id ON third (id);',
      down: 'DROP TABLE third;',
    });
    await world.sql('INSERT INTO goose_db_version (version_id, is_applied) VALUES (30, true)');
    expect(lines(await look(world))).toEqual([`table public.third history-lies ${third}`]);

    await world.sql('CREATE TABLE third (id int); CREATE INDEX third_id ON third (id)');
    await rm(join(world.root, 'migrations', third!));
    expect(lines(await look(world))).toEqual([expect.stringMatching(/^table public\.third file-missing /)]);
  });

  test('a migration that was merged late, on a server of its own', async (context) => {
    if (unavailable.has('diesel')) return context.skip(unavailable.get('diesel'));
    const world = await open(diesel);
    await world.apply('all');
    const [late] = await world.add({ name: 'branch', up: 'CREATE TABLE branch (id int);', down: 'DROP TABLE branch;', late: true });
    const answer = await look(world, { throwAwayVariable: 'SERVER' }, { SERVER: server!.adminUrl });
    expect(lines(answer)).toEqual([`table public.branch merged-late ${late}`]);
    expect(answer.differences[0]?.presentIn).toEqual(['files']);
  });

  test('a migration that was edited after it was applied', async (context) => {
    if (unavailable.has('drizzle')) return context.skip(unavailable.get('drizzle'));
    const world = await open(drizzle);
    await world.apply('all');
    const [name] = (await world.status()).migrations.map((each) => each.name);
    const file = join(world.root, drizzle.fileOf(world.root, world.options, name!));
    await writeFile(file, (await readFile(file, 'utf8')).replace('name varchar(40)', 'name varchar(40), city text'));
    expect(lines(await look(world))).toEqual([`column public.customers.city edited-migration ${name}`]);
  });

  test('models that say more than the migrations; the tool’s own check beside ours', async (context) => {
    if (unavailable.has('drizzle')) return context.skip(unavailable.get('drizzle'));
    const world = await World.make(drizzle, server!);
    worlds.push(world);
    const { create } = await import('../../src/operations/create.js');
    await create({ project: world.root, name: 'first' }, world.context());
    await world.apply('all');
    const agree = await look(world, { models: true });
    expect(agree).toMatchObject({ inStep: true, checks: [{ verdict: 'agrees' }] });
    expect(agree.sources[0]).toMatchObject({ source: 'models', looked: true });
    const schema = join(world.root, 'src/schema.ts');
    await writeFile(
      schema,
      (await readFile(schema, 'utf8'))
        .replace('import { bigint', 'import { bigint, text')
        .replace('.primaryKey()', '.primaryKey(), city: text()'),
    );
    const before = await readFile(join(world.root, 'drizzle/meta/_journal.json'), 'utf8');
    const answer = await look(world, { models: true });
    expect(lines(answer)).toEqual(['column public.customers.city model-ahead -']);
    expect(answer.differences[0]).toMatchObject({ standsAlone: 'models', presentIn: ['models'] });
    expect(await readFile(join(world.root, 'drizzle/meta/_journal.json'), 'utf8')).toBe(before);
    // Pushed to the database: now the files stand alone.
    await world.sql('ALTER TABLE customers ADD COLUMN city text');
    expect((await look(world, { models: true })).differences[0]).toMatchObject({ standsAlone: 'files', presentIn: ['live', 'models'] });
  });

  test('two databases; a role that may only connect', async (context) => {
    if (unavailable.has('goose')) return context.skip(unavailable.get('goose'));
    const world = await open(goose);
    await world.apply('all');
    const other = await database(server!, 'other');
    try {
      const env = { OTHER: other.url };
      const all = await look(world, { against: 'OTHER' }, env);
      expect(all.differences.map((each) => `${each.object} ${each.presentIn}`)).toEqual(['public.customers live', 'public.orders live']);
      expect(all).toMatchObject({ stack: null, databases: { live: 'SCRATCH_URL', other: 'OTHER' }, mend: { files: null } });
      await world.sql(`DROP ROLE IF EXISTS lk_only_connects; CREATE ROLE lk_only_connects LOGIN`);
      const poor = new URL(world.address.url);
      poor.username = 'lk_only_connects';
      const seen = await look(world, { databaseVariable: 'POOR' }, { POOR: poor.href });
      expect(seen.counts.differences).toBe(0);
      expect(seen.problems.map((each) => each.code)).toContain('DATABASE_REFUSED');
      expect(seen.sources).toContainEqual({ source: 'history', looked: false, what: 'the role may not read it' });
    } finally {
      await other.drop();
      await world.sql('DROP OWNED BY lk_only_connects; DROP ROLE lk_only_connects').catch(() => undefined);
    }
  });
});
