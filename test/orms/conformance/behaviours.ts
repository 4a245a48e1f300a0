/** What every stack must do, the same for all. Each runs the real tool on a real server. */
import { appendFile, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect } from 'vitest';
import { assess } from '../../../src/operations/assess.js';
import { create } from '../../../src/operations/create.js';
import { dangers } from '../../../src/operations/danger.js';
import { detect } from '../../../src/operations/detect.js';
import { runMigrations } from '../../../src/operations/run-migrations.js';
import { status } from '../../../src/operations/status.js';
import type { HandWritten, NotOffered, ProjectOptions, ToolDriver } from './driver.js';
import { administer, leaks, type World } from './world.js';

export interface Behaviour {
  name: string;
  /** Also run against the previous major of the tool. */
  core?: boolean;
  /** Also run on the oldest and the newest major of PostgreSQL. */
  majors?: boolean;
  given?: { options?: Partial<ProjectOptions>; folderName?: string };
  /** Says why the tool does not offer it; the cell of the table then is that, and our way round. */
  unless?: (driver: ToolDriver) => true | NotOffered;
  run(world: World): Promise<void>;
}

const one: HandWritten = {
  name: 'make_customers',
  up: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
  down: 'DROP TABLE customers;',
};
const two: HandWritten = {
  name: 'add_email',
  up: 'ALTER TABLE customers ADD COLUMN email text;',
  down: 'ALTER TABLE customers DROP COLUMN email;',
};
const three: HandWritten = {
  name: 'make_orders',
  up: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
  down: 'DROP TABLE orders;',
};
const broken: HandWritten = {
  name: 'break_it',
  up: 'CREATE TABLE halves (id int PRIMARY KEY);\nALTER TABLE nowhere ADD COLUMN a int;',
  down: 'DROP TABLE halves;',
};

const done = (report: { steps: { outcome: string }[] }): string[] => report.steps.map((step) => step.outcome);
const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: { problem?: { code: string } }) => error.problem?.code ?? String(error),
  );

export const behaviours: Behaviour[] = [
  {
    name: 'the stack is found, with its dialect',
    core: true,
    async run(world) {
      await world.add(one);
      const { stacks } = await detect({ project: world.root }, world.context());
      const stack = stacks.find((each) => each.tool === world.driver.tool);
      expect(stack).toMatchObject({ supported: true, dialect: 'postgres', migrationCount: 1 });
    },
  },
  {
    name: 'status of a fresh database: all pending in order, and nothing is written',
    core: true,
    majors: true,
    async run(world) {
      const names = await world.add(one, two, three);
      const answer = await world.status();
      expect(answer).toMatchObject({ exists: false, next: names, counts: { applied: 0, pending: 3 } });
      expect(await world.tables()).toEqual([]);
    },
  },
  {
    name: 'status without migrations',
    async run(world) {
      expect((await world.status()).migrations).toEqual([]);
    },
  },
  {
    name: 'apply one: the first, and only it',
    core: true,
    async run(world) {
      const names = await world.add(one, two, three);
      const report = await world.apply();
      expect(report).toMatchObject({ succeeded: true, steps: [{ migration: names[0], outcome: 'done' }] });
      expect(report.steps[0]?.schemaChanges).toContain('+ table public.customers');
      expect(Object.values(await world.states())).toEqual(['applied', 'pending', 'pending']);
      expect(await world.hasTable('orders')).toBe(false);
    },
  },
  {
    name: 'apply all, one by one; then nothing is left to do',
    core: true,
    majors: true,
    async run(world) {
      await world.add(one, two, three);
      expect(done(await world.apply('all'))).toEqual(['done', 'done', 'done']);
      expect(Object.values(await world.states())).toEqual(['applied', 'applied', 'applied']);
      expect(await code(world.apply())).toBe('NOTHING_TO_DO');
    },
  },
  {
    name: 'the bare tool agrees with what we applied',
    async run(world) {
      await world.add(one, two);
      await world.apply('all');
      const { exitCode } = await world.driver.applyAll(world.root, world.options, world.address);
      expect(exitCode).toBe(0);
      expect(Object.values(await world.states())).toEqual(['applied', 'applied']);
    },
  },
  {
    name: 'we agree with what the bare tool applied',
    core: true,
    async run(world) {
      const names = await world.add(one, two);
      const { exitCode, output } = await world.driver.applyAll(world.root, world.options, world.address);
      expect(exitCode, output).toBe(0);
      const [third] = await world.add(three);
      const answer = await world.status();
      expect(answer.migrations.map(({ name, state }) => [name, state])).toEqual([
        [names[0], 'applied'],
        [names[1], 'applied'],
        [third, 'pending'],
      ]);
      expect(answer.recoveries).toEqual([]);
    },
  },
  {
    name: 'roll back the newest, and apply it again',
    core: true,
    majors: true,
    unless: (driver) => driver.offers.down,
    async run(world) {
      const names = await world.add(one, three);
      await world.apply('all');
      const report = await world.rollback();
      expect(report).toMatchObject({ succeeded: true, direction: 'down', steps: [{ migration: names[1], outcome: 'done' }] });
      expect(await world.hasTable('orders')).toBe(false);
      expect(await world.hasTable('customers')).toBe(true);
      expect(Object.values(await world.states())).toEqual(['applied', 'pending']);
      expect(done(await world.apply())).toEqual(['done']);
    },
  },
  {
    name: 'roll back without a way back: said, and nothing lost',
    async run(world) {
      await world.add({ ...one, down: null });
      await world.apply();
      const answer = await world.rollback().catch((error: { problem: { code: string } }) => error.problem.code);
      if (typeof answer === 'string') expect(['NOT_OFFERED', 'HISTORY_BLOCKED']).toContain(answer);
      else expect(answer.succeeded).toBe(false);
      expect(await world.hasTable('customers')).toBe(true);
    },
  },
  {
    name: 'roll back with nothing applied',
    async run(world) {
      await world.add(one);
      expect(['NOTHING_TO_DO', 'NOT_OFFERED']).toContain(await code(world.rollback()));
    },
  },
  {
    name: 'a migration that fails: seen, explained by the database’s own words, and stopped there',
    core: true,
    majors: true,
    async run(world) {
      const names = await world.add(one, broken, three);
      const report = await world.apply('all');
      expect(report.succeeded).toBe(false);
      expect(report.steps.map((step) => step.migration)).toEqual(names.slice(0, 2));
      expect(report.steps[1]?.outcome).toMatch(/failed|partly/);
      const halves = await world.hasTable('halves');
      expect(report.steps[1]?.outcome).toBe(halves ? 'partly' : 'failed');
      expect(`${report.steps[1]?.said} ${report.steps[1]?.error?.message}`).toContain('nowhere');
      expect(await world.hasTable('orders')).toBe(false);
    },
  },
  {
    name: 'after a failure: status names the state, and where it blocks the way out',
    async run(world) {
      const names = await world.add(one, broken);
      await world.apply('all');
      const answer = await world.status();
      const failed = answer.migrations.find((each) => each.name === names[1]);
      expect(['failed', 'pending']).toContain(failed?.state);
      if (failed?.state === 'failed') {
        expect(answer.recoveries.some((each) => each.migration === names[1] && each.steps.length > 0)).toBe(true);
        expect(await code(world.apply())).toBe('HISTORY_BLOCKED');
      }
    },
  },
  {
    name: 'half applied outside a transaction: called partly, with what is there',
    unless: (driver) => driver.offers.outsideTransaction,
    async run(world) {
      await world.add(one, {
        name: 'half',
        up: 'CREATE INDEX CONCURRENTLY customers_name ON customers (name);',
        down: 'DROP INDEX CONCURRENTLY customers_name;',
        outsideTransaction: true,
      });
      await world.apply();
      // The same name is taken: the build fails, and what was there stays.
      await world.sql('CREATE INDEX customers_name ON customers (id)');
      const report = await world.apply();
      expect(report.succeeded).toBe(false);
      expect(report.steps[0]?.outcome).toBe('failed');
    },
  },
  {
    name: 'CREATE INDEX CONCURRENTLY outside a transaction',
    core: true,
    majors: true,
    unless: (driver) => driver.offers.outsideTransaction,
    async run(world) {
      await world.add(one, {
        name: 'index_names',
        up: 'CREATE INDEX CONCURRENTLY customers_name ON customers (name);',
        down: 'DROP INDEX CONCURRENTLY customers_name;',
        outsideTransaction: true,
      });
      const report = await world.apply('all');
      expect(done(report)).toEqual(['done', 'done']);
      expect(report.steps[1]?.schemaChanges).toContain('+ index public.customers_name');
    },
  },
  {
    name: 'an index that is left invalid is named',
    unless: (driver) => driver.offers.outsideTransaction,
    async run(world) {
      await world.add(one, {
        name: 'unique_names',
        up: 'CREATE UNIQUE INDEX CONCURRENTLY customers_name ON customers (name);',
        down: 'DROP INDEX CONCURRENTLY customers_name;',
        outsideTransaction: true,
      });
      await world.apply();
      await world.sql("INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'a')");
      const report = await world.apply();
      expect(report).toMatchObject({ succeeded: false, steps: [{ outcome: 'partly', leftInvalid: ['index public.customers_name'] }] });
    },
  },
  {
    name: 'a constraint that is not validated yet is named',
    async run(world) {
      await world.add(one, {
        name: 'check_names',
        up: 'ALTER TABLE customers ADD CONSTRAINT named CHECK (name IS NOT NULL) NOT VALID;',
        down: 'ALTER TABLE customers DROP CONSTRAINT named;',
      });
      const report = await world.apply('all');
      expect(report.steps[1]).toMatchObject({ outcome: 'done', leftInvalid: ['constraint named of public.customers'] });
    },
  },
  {
    name: 'an applied file that was edited',
    core: true,
    unless: (driver) => driver.offers.edits,
    async run(world) {
      const names = await world.add(one, two);
      await world.apply('all');
      await appendFile(join(world.root, world.driver.fileOf(world.root, world.options, names[0]!)), '\n-- later\n');
      const answer = await world.status();
      expect(answer.migrations.map((each) => each.edited)).toEqual([true, false]);
      expect(answer.recoveries.some((each) => each.migration === names[0])).toBe(true);
    },
  },
  {
    name: 'an applied migration whose file is gone',
    async run(world) {
      const names = await world.add(one, three);
      await world.apply('all');
      const file = join(world.root, world.driver.fileOf(world.root, world.options, names[1]!));
      await rm(/\/(?:migration|up)\.sql$/.test(file) ? dirname(file) : file, { recursive: true });
      const answer = await world.status();
      expect(answer.counts.missing).toBe(1);
      expect(answer.recoveries.length).toBeGreaterThan(0);
      // Alembic records only the head: with its file gone nobody can tell what is applied.
      expect(answer.migrations.find((each) => each.name === names[0])?.state).toBe(world.driver.tool === 'alembic' ? 'unknown' : 'applied');
    },
  },
  {
    name: 'a history table that is there and empty',
    async run(world) {
      await world.add(one);
      await world.apply();
      await world.sql(`DELETE FROM ${(await world.status()).table}`);
      expect(await world.status()).toMatchObject({ exists: true, counts: { applied: 0, pending: 1 } });
    },
  },
  {
    name: 'a migration that was merged late',
    async run(world) {
      await world.add(one, two);
      await world.apply('all');
      const [late] = await world.add({ ...three, late: true });
      const answer = await world.status();
      const found = answer.migrations.find((each) => each.name === late);
      const { late: kind } = world.driver.offers;
      if (kind === 'skipped') expect(found?.state).toBe('skipped');
      else expect(found?.state).toMatch(kind === 'refused' ? /pending|skipped/ : /pending/);
      if (kind !== 'head') expect(found?.outOfOrder || found?.state === 'skipped').toBe(true);
      if (kind !== 'applied') expect(answer.recoveries.length).toBeGreaterThan(0);
      if (kind === 'applied') expect(done(await world.apply())).toEqual(['done']);
    },
  },
  {
    name: 'a folder that is not the default',
    given: { options: { otherFolder: true } },
    async run(world) {
      await world.add(one, two);
      expect(done(await world.apply('all'))).toEqual(['done', 'done']);
    },
  },
  {
    name: 'a project deep in a monorepo',
    given: { options: { folder: 'services/shop' } },
    async run(world) {
      await world.add(one, two);
      expect(done(await world.apply('all'))).toEqual(['done', 'done']);
      expect(Object.values(await world.states())).toEqual(['applied', 'applied']);
    },
  },
  {
    name: 'a path with spaces and letters of the world',
    given: { folderName: 'my shop Größe' },
    async run(world) {
      await world.add(one);
      expect(done(await world.apply())).toEqual(['done']);
    },
  },
  {
    name: 'a database that nobody marked as throw-away is refused',
    async run(world) {
      await world.add(one);
      const input = { project: world.root, databaseVariable: 'SCRATCH_URL', direction: 'up', throwAway: false } as const;
      expect(await code(runMigrations(input, world.context()))).toBe('NOT_THROWAWAY');
      expect(await world.tables()).toEqual([]);
    },
  },
  {
    name: 'a database that somebody is connected to is refused',
    async run(world) {
      await world.add(one);
      const client = new pg.Client({ connectionString: world.address.url, application_name: 'the shop' });
      await client.connect();
      try {
        expect(await code(world.apply())).toBe('NOT_THROWAWAY');
      } finally {
        await client.end();
      }
      expect(await world.tables()).toEqual([]);
    },
  },
  {
    name: 'a database that does not exist is not made',
    async run(world) {
      await world.add(one);
      const url = world.address.url.replace(world.address.database, `${world.address.database}_absent`);
      expect(await code(world.apply(1, world.context({}, { SCRATCH_URL: url })))).toMatch(/^DATABASE_/);
      const rows = await world.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_database WHERE datname = '${world.address.database}_absent'`,
      );
      expect(rows).toEqual([{ n: 0 }]);
    },
  },
  {
    name: 'a server that is not there',
    async run(world) {
      await world.add(one);
      const url = world.address.url.replace(`:${world.address.port}/`, ':1/');
      const context = world.context({}, { SCRATCH_URL: url });
      expect(await code(status({ project: world.root, databaseVariable: 'SCRATCH_URL' }, context))).toBe('DATABASE_UNREACHABLE');
      expect(await code(world.apply(1, context))).toBe('DATABASE_UNREACHABLE');
    },
  },
  {
    name: 'a variable that is not set',
    async run(world) {
      await world.add(one);
      const input = { project: world.root, databaseVariable: 'NOWHERE_URL' };
      expect(await code(status(input, world.context()))).toBe('DATABASE_VARIABLE_UNSET');
    },
  },
  {
    name: 'an address in the caller’s environment does not win over the one that was named',
    core: true,
    async run(world) {
      await world.add(one);
      const decoy = `${world.address.database}_decoy`;
      await administer(world.server, `CREATE DATABASE ${decoy}`);
      try {
        const other = { ...world.address, database: decoy, url: world.address.url.replace(world.address.database, decoy) };
        const report = await world.apply(1, world.context({}, { ...world.driver.variables(other), PGDATABASE: decoy }));
        expect(done(report)).toEqual(['done']);
        expect(await world.hasTable('customers')).toBe(true);
        const client = new pg.Client({ connectionString: other.url });
        await client.connect();
        const { rows } = await client.query("SELECT to_regclass('public.customers') AS there");
        await client.end();
        expect(rows).toEqual([{ there: null }]);
      } finally {
        await administer(world.server, `DROP DATABASE ${decoy} WITH (FORCE)`);
      }
    },
  },
  {
    name: 'no password in any answer',
    core: true,
    async run(world) {
      await world.add(one, broken);
      const report = await world.apply('all');
      expect(leaks(report)).toBe(false);
      expect(leaks(await world.status())).toBe(false);
    },
  },
  {
    name: 'two runs at once: nothing runs twice',
    async run(world) {
      await world.add(one, two);
      const ends = await Promise.all([code(world.apply('all')), sleep(30).then(() => code(world.apply('all')))]);
      expect(ends.filter((end) => end === 'no error')).toHaveLength(1);
      expect(Object.values(await world.states())).toEqual(['applied', 'applied']);
    },
  },
  {
    name: 'cancelled in the middle: the tool ends, and the state is told as it is',
    async run(world) {
      const names = await world.add({
        name: 'slow',
        up: 'SELECT pg_sleep(20);\nCREATE TABLE slow (id int PRIMARY KEY);',
        down: 'DROP TABLE slow;',
      });
      const stop = new AbortController();
      const begun = Date.now();
      const running = world.apply(1, world.context({ signal: stop.signal })).catch((error: { problem?: { code: string } }) => error);
      for (let left = 300; left > 0; left -= 1) {
        const rows = await world.sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(20)%' AND query NOT LIKE '%activity%'`,
        );
        if (rows[0]?.n) break;
        await sleep(50);
      }
      stop.abort();
      await running;
      expect(Date.now() - begun).toBeLessThan(19_000);
      await world.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      expect(await world.hasTable('slow')).toBe(false);
      expect((await world.states())[names[0]!]).not.toBe('applied');
    },
  },
  {
    name: 'without a network',
    async run(world) {
      await world.add(one);
      const dead = 'http://127.0.0.1:9';
      const environment = { HTTP_PROXY: dead, HTTPS_PROXY: dead, http_proxy: dead, https_proxy: dead, NO_PROXY: '127.0.0.1,localhost' };
      expect(done(await world.apply(1, world.context({}, environment)))).toEqual(['done']);
    },
  },
  {
    name: 'the tool is not installed: said with its name',
    async run(world) {
      await world.add(one);
      const answer = await world
        .apply(1, world.context({}, { PATH: '/nonexistent' }))
        .catch((error: { problem: { code: string } }) => error);
      const problem = (answer as { problem?: { code: string } }).problem;
      // A tool that lies in the project itself is started without PATH.
      if (problem) expect(['TOOL_NOT_FOUND', 'NOT_OFFERED']).toContain(problem.code);
      else expect((answer as { steps: unknown[] }).steps.length).toBe(1);
    },
  },
  {
    name: 'create from SQL, in the tool’s own format; the tool applies it',
    core: true,
    async run(world) {
      await world.add(one);
      const created = await create(
        { project: world.root, name: 'add phone', sql: two.up.replace('email', 'phone'), down: 'ALTER TABLE customers DROP COLUMN phone;' },
        world.context(),
      );
      const names = Object.keys(await world.states());
      expect(names).toHaveLength(2);
      expect(names[1]).toBe(created.name);
      expect(created.files.length).toBeGreaterThan(0);
      expect(done(await world.apply('all'))).toEqual(['done', 'done']);
    },
  },
  {
    name: 'create with a statement that runs outside a transaction; the tool applies it',
    unless: (driver) => driver.offers.outsideTransaction,
    async run(world) {
      await world.add(one);
      await create(
        {
          project: world.root,
          name: 'index names',
          sql: 'CREATE INDEX CONCURRENTLY customers_name ON customers (name);',
          down: 'DROP INDEX CONCURRENTLY customers_name;',
        },
        world.context(),
      );
      expect(done(await world.apply('all'))).toEqual(['done', 'done']);
    },
  },
  {
    name: 'create twice: the first one stays as it is',
    async run(world) {
      await world.add(one);
      const now = (): Date => new Date('2027-01-02T03:04:05Z');
      const input = { project: world.root, name: 'add phone', sql: 'ALTER TABLE customers ADD COLUMN phone text;' };
      const first = await create(input, world.context({ now }));
      const path = join(world.root, first.files.find((file) => file.change === 'created')!.path);
      const before = await readFile(path, 'utf8');
      await create({ ...input, sql: 'ALTER TABLE customers ADD COLUMN fax text;' }, world.context({ now })).catch(
        (error: { problem: { code: string } }) => {
          expect(error.problem.code).toBe('WOULD_OVERWRITE');
        },
      );
      expect(await readFile(path, 'utf8')).toBe(before);
    },
  },
  {
    name: 'create with SQL that cannot be read: refused, nothing written',
    async run(world) {
      await world.add(one);
      expect(await code(create({ project: world.root, name: 'nonsense', sql: 'ALTER TABEL customers;' }, world.context()))).toBe(
        'BAD_USAGE',
      );
      expect(Object.keys(await world.states())).toHaveLength(1);
    },
  },
  {
    name: 'assess what is pending on a database',
    core: true,
    async run(world) {
      await world.add(one);
      await world.apply();
      await world.add({ name: 'index_names', up: 'CREATE INDEX customers_name ON customers (name);', down: 'DROP INDEX customers_name;' });
      const answer = await assess(
        { project: world.root, pending: true, databaseVariable: 'SCRATCH_URL', render: true, includeDown: false },
        world.context(),
      );
      expect(answer.statements.map((each) => each.kind)).toEqual(['createIndex']);
      expect(answer.findings.map((finding) => finding.rule)).toContain('create-index');
    },
  },
  {
    name: 'what destroys data is on the list',
    async run(world) {
      const list = dangers([world.driver.tool]).commands;
      expect(list.length).toBeGreaterThan(2);
      for (const each of list) expect([each.why.length > 10, each.instead.length > 5]).toEqual([true, true]);
    },
  },
];
