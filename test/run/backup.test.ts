// Runs on the servers of support/servers.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../src/databases/postgres.js';
import { withSession } from '../../src/databases/engine.js';
import type { JournalEntry } from '../../src/approve/index.js';
import { checkPlan, prepareRun } from '../../src/operations/run-plan.js';
import { openThrowAwayTarget } from '../../src/rehearse/throw-away.js';
import { makeBackup } from '../../src/run/backup.js';
import { proveCopy } from '../../src/run/backup-proof.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { World } from '../orms/conformance/world.js';
import { goose } from '../orms/drivers/goose.js';
import { testServers } from '../support/servers.js';
import { run } from './support/plan.js';

const tables = `
  CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN share AS numeric(5, 2) CHECK (VALUE < 200);
  CREATE TABLE parents (id int PRIMARY KEY);
  CREATE TABLE children (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES parents ON DELETE CASCADE, mood mood, "odd name" text, at timestamptz,
    twice int GENERATED ALWAYS AS (parent * 2) STORED, doc jsonb, bytes bytea, list text[], pair pair, share share, took interval, "char" "char",
    fixed char(5), bits bit(3), near float8, ranges int4range, address inet);
  CREATE TABLE events (id int, day date) PARTITION BY RANGE (day);
  CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
  CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2030-01-01');
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
  INSERT INTO parents SELECT generate_series(1, 100);
  INSERT INTO children (parent, mood, "odd name", at, doc, bytes, list, pair, share, took, "char", fixed, bits, near, ranges, address)
    SELECT i % 100 + 1, 'bad'::mood, E'tab\\there\\n\\\\N \\r\\v' || chr(128512) || chr(8232), now() + i * interval '1 microsecond', '{"a": "\\n"}'::jsonb, '\\x005c0a'::bytea,
           ARRAY['a,b', NULL, '"'], ROW(i, NULL)::pair, 1.5, '1 mon -2 days 00:00:01.5'::interval, 'x', 'ab', B'101', i / 3.0, '[1,5)'::int4range, '10.0.0.1/8'::inet
      FROM generate_series(1, 3000) AS i;
  INSERT INTO children (parent, "odd name", near) VALUES (1, '', 'NaN'), (2, NULL, '-Infinity'), (3, '\\N', NULL);
  INSERT INTO events SELECT i, date '2020-01-01' + i FROM generate_series(1, 3000) AS i;
  CREATE TRIGGER refuse BEFORE INSERT ON children FOR EACH ROW EXECUTE FUNCTION refuse();`;

for (const server of testServers().filter(({ major }) => [14, 17, 18].includes(major))) {
  describe(`a backup on PostgreSQL ${server.major}`, () => {
    const database = `backup_${process.pid}_${server.major}`;
    afterAll(() => on(server.adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));

    it('is restored and compared before it counts, is for its owner alone, and holds what falls along with a table', async () => {
      await on(server.adminUrl, `CREATE DATABASE ${database}`);
      await on(server.url(database), tables);
      const environment = { URL: server.url(database) };
      const schema = await withSession(postgres, { variable: 'URL', environment }, (session) => postgres.snapshot(session));
      const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-backup-'));
      const [first, second] = [await openThrowAwayTarget(undefined, {}), await openThrowAwayTarget(undefined, {})];
      try {
        const backup = await makeBackup({
          text: environment.URL,
          variable: 'URL',
          tables: ['public.parents', 'public.events'],
          schema,
          folder,
          throwAway: first.target.address.url,
          now: new Date(),
        });
        expect(backup.what).toContain('6103 rows of public.children, public.events_new, public.events_old, public.parents');
        const files = await readdir(backup.folder);
        expect(files.sort()).toEqual(['001.copy', '002.copy', '003.copy', '004.copy', 'schema.sql', 'tables.json']);
        for (const file of files) expect((await stat(join(backup.folder, file))).mode & 0o077).toBe(0);
        // A copy that lost a row, and one that holds what its column does not take: refused, without a word of the row.
        const copy = join(backup.folder, '004.copy');
        const text = await readFile(copy, 'utf8');
        const parents = { table: 'public.parents', file: copy, columns: [{ name: 'id', type: 'integer' }], rows: 100, sum: '0' };
        await writeFile(copy, text.replace('42\n', ''));
        await expect(proveCopy(second.target.address.url, ['CREATE TABLE public.parents (id int)'], [parents])).rejects.toThrow(
          'does not come back',
        );
        await writeFile(copy, text.replace('42\n', 'a secret\n'));
        await expect(proveCopy(second.target.address.url, [], [parents])).rejects.toThrow(/public\.parents: SQLSTATE 22P02$/);
      } finally {
        await Promise.all([first.close(), second.close(), rm(folder, { recursive: true, force: true })]);
      }
    });
  });
}

describe('a plan that loses data', () => {
  const server = testServers().at(-1);
  let unavailable: string | null = null;
  beforeAll(async () => {
    await goose.install().catch((error: unknown) => {
      if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
      unavailable = error.message;
    });
  }, 600_000);

  it('outside a throw-away runs with the backup that lockkeeper made, and not without', { timeout: 120_000 }, async (test) => {
    if (unavailable !== null || server === undefined) return test.skip(unavailable ?? 'no server');
    const world = await World.make(goose, server);
    const state = await mkdtemp(join(tmpdir(), 'lockkeeper-state-'));
    try {
      await world.add({ name: 'orders', up: 'CREATE TABLE orders (id int PRIMARY KEY, note text);', down: 'DROP TABLE orders;' });
      await world.apply();
      await world.sql("INSERT INTO orders SELECT i, 'a row of the shop' FROM generate_series(1, 50) AS i");
      await world.sql(`ALTER DATABASE ${world.address.database} SET lockkeeper.class = 'development'`);
      await world.add({ name: 'less', up: 'ALTER TABLE orders DROP COLUMN note;', down: 'ALTER TABLE orders ADD COLUMN note text;' });
      const context = world.context({}, { LOCKKEEPER_STATE: join(state, 'state'), LOCKKEEPER_CONFIG: join(state, 'config') });
      const input = { project: world.root, databaseVariable: 'SCRATCH_URL' };
      const without = await prepareRun({ ...input, backup: false }, context);
      const refused = (await checkPlan(without.planId, context)).question.plan;
      await expect(run(world, refused)).rejects.toMatchObject({
        problem: { code: 'PREFLIGHT_REFUSED', message: expect.stringContaining('no backup was proven') },
      });
      const planned = await prepareRun({ ...input, backup: true }, context);
      const { question } = await checkPlan(planned.planId, context);
      const { backup, preflight, destructive } = question.plan;
      expect(destructive).toBe(true);
      expect(preflight.find(({ name }) => name === 'what is lost can be brought back')).toMatchObject({ state: 'ok' });
      const folder = /in (\S+), restored and compared$/.exec(backup?.what ?? '')?.[1] ?? '';
      expect(backup?.what).toMatch(/^50 rows of public\.orders and the schema, in /);
      expect(relative(world.root, folder)).toMatch(/^\.\./);
      expect(await readFile(join(folder, '001.copy'), 'utf8')).toContain('1\ta row of the shop\n');
      const journal: JournalEntry[] = [];
      const report = await run(world, question.plan, { journal });
      expect(report.succeeded).toBe(true);
      const all = JSON.stringify([planned, question, report, journal]);
      expect(all).not.toContain('a row of the shop');
    } finally {
      await world.remove();
      await rm(state, { recursive: true, force: true });
    }
  });
});

async function on(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
