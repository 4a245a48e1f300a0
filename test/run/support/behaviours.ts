/** What an approved run must do with every tool, on a real server, while others use it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import type { JournalEntry } from '../../../src/approve/index.js';
import type { RunPlan } from '../../../src/core/run-plan.js';
import { fingerprints } from '../../../src/sql/postgres/fingerprint.js';
import type { HandWritten } from '../../orms/conformance/driver.js';
import type { World } from '../../orms/conformance/world.js';
import type { LogServer } from './log-server.js';
import { plan, run } from './plan.js';

export interface RunBehaviour {
  name: string;
  core?: boolean;
  needs?: 'down' | 'outsideTransaction';
  run(world: World, log: LogServer): Promise<void>;
}

export const customers: HandWritten = {
  name: 'make_customers',
  up: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
  down: 'DROP TABLE customers;',
};
export const email: HandWritten = {
  name: 'add_email',
  up: "ALTER TABLE customers ADD COLUMN email text;\nALTER TABLE customers ADD COLUMN kind text DEFAULT 'a;b';",
  down: 'ALTER TABLE customers DROP COLUMN kind;\nALTER TABLE customers DROP COLUMN email;',
};
const index: HandWritten = {
  name: 'index_names',
  up: 'CREATE INDEX CONCURRENTLY customers_name ON customers (name);',
  down: 'DROP INDEX CONCURRENTLY customers_name;',
  outsideTransaction: true,
};

const changing = /^\s*(?:\/\*[\s\S]*?\*\/\s*)*(?:create|alter|drop|insert|update|delete|truncate|comment|grant|revoke|copy|do|call|merge|lock|set\s+role|vacuum|cluster|reindex)\b/i;
const record = /goose_db_version|__diesel_schema_migrations|_prisma_migrations|__drizzle_migrations|"drizzle"|alembic_version|django_migrations|flyway_schema_history|SET ROLE 'postgres'/;

/** Nothing that changes anything came from the run's sessions but the plan and the tool's record: read in the server's own log. */
export async function onlyThePlan(world: World, log: LogServer, ...plans: RunPlan[]): Promise<string[]> {
  const known = new Set(plans.flatMap((each) => each.migrations.flatMap(({ statements }) => statements.map(({ fingerprint }) => fingerprint))));
  const sent = (await log.statements(world.address.database)).filter(({ application }) => application.startsWith('lockkeeper run'));
  expect(sent.length).toBeGreaterThan(0);
  const planned: string[] = [];
  for (const { sql } of sent.flatMap((each) => fingerprints(each.sql).map(({ sql: one, fingerprint }) => ({ sql: one, fingerprint })))) {
    const [parsed] = fingerprints(sql);
    if (parsed !== undefined && known.has(parsed.fingerprint) && !/^\s*(?:commit|begin)/i.test(sql)) planned.push(sql);
    else if (changing.test(sql)) expect(sql).toMatch(record);
  }
  return planned;
}

/** Reads and writes all the while, as an application does. */
export async function underLoad<Result>(world: World, work: () => Promise<Result>): Promise<Result> {
  let ended = false;
  const client = new pg.Client({ connectionString: world.address.url, application_name: 'the shop' });
  client.on('error', () => undefined);
  await client.connect();
  const load = (async () => {
    for (let id = 1; !ended; id += 1) {
      await client.query('INSERT INTO customers (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, 'x']).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    return await work();
  } finally {
    ended = true;
    await load;
    await client.end();
  }
}

/** Holds a lock on the customers until it is told to let go. */
export async function holding(world: World, mode = 'ACCESS SHARE'): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: world.address.url, application_name: 'nightly report' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE customers IN ${mode} MODE`);
  return async () => {
    await client.query('ROLLBACK').catch(() => undefined);
    await client.end();
  };
}

const outcomes = (report: { steps: { outcome: string }[] }): string[] => report.steps.map(({ outcome }) => outcome);

export const runBehaviours: RunBehaviour[] = [
  {
    name: 'apply under load: the plan and nothing else reaches the server, journaled before and after',
    core: true,
    async run(world, log) {
      await world.add(customers);
      const first = await plan(world);
      expect(outcomes(await run(world, first))).toEqual(['done']);
      await world.add(email);
      if (world.driver.offers.outsideTransaction === true) await world.add(index);
      const second = await plan(world);
      const journal: JournalEntry[] = [];
      const report = await underLoad(world, () => run(world, second, { journal }));
      expect(report.steps.map(({ said, outcome, refused }) => (outcome === 'done' ? 'done' : `${said} ${refused.join()}`))).toEqual(
        second.migrations.map(() => 'done'),
      );
      expect(report.next).toBeNull();
      const planned = await onlyThePlan(world, log, first, second);
      const statements = [...first.migrations, ...second.migrations].flatMap((each) => each.statements).filter(({ sql }) => !/^\s*(?:COMMIT|BEGIN)/i.test(sql));
      expect(planned).toHaveLength(statements.length);
      expect(journal[0]).toMatchObject({ kind: 'started', planHash: second.hash });
      expect(journal.at(-1)).toMatchObject({ kind: 'outcome', result: 'done' });
      expect(journal.filter(({ kind }) => kind === 'step')).toHaveLength(second.migrations.length);
      expect(Object.values(await world.states()).every((state) => state === 'applied')).toBe(true);
    },
  },
  {
    name: 'rollback is a plan like any other',
    core: true,
    needs: 'down',
    async run(world, log) {
      await world.add(customers, email);
      const up = await plan(world);
      await run(world, up);
      const down = await plan(world, { direction: 'down', count: 1 });
      expect(down.destructive).toBe(true);
      const report = await run(world, down);
      expect(report.steps.map(({ said, outcome, refused }) => (outcome === 'done' ? 'done' : `${said} ${refused.join()}`))).toEqual(['done']);
      await onlyThePlan(world, log, up, down);
      expect(Object.values(await world.states())).toEqual(['applied', 'pending']);
      const again = await plan(world);
      expect(outcomes(await run(world, again))).toEqual(['done']);
    },
  },
  {
    name: 'a file that is swapped while it runs: what it holds now never reaches the server',
    core: true,
    async run(world, log) {
      const [name] = await world.add(customers);
      const approved = await plan(world);
      const file = join(world.root, world.driver.fileOf(world.root, world.options, name!));
      const text = await readFile(file, 'utf8');
      let swapped: Promise<void> | undefined;
      const report = await run(world, approved, {
        at: (point) => {
          if (point === 'started') swapped = writeFile(file, text.replaceAll('customers (', 'stolen (').replace('name text', 'name varchar'));
        },
      });
      await swapped;
      expect(report.succeeded).toBe(false);
      expect(report.steps[0]?.outcome).toBe('failed');
      expect(report.steps[0]?.refused.join()).toContain('not in the approved plan');
      expect(report.steps[0]?.said).toContain('lockkeeper refused');
      expect(await world.hasTable('stolen')).toBe(false);
      expect((await log.statements(world.address.database)).some(({ application, sql }) => application.startsWith('lockkeeper') && sql.includes('stolen'))).toBe(false);
      expect(Object.values(await world.states())).not.toContain('applied');
    },
  },
  {
    name: 'a lock that is not to be had: tried again, given up, and told who stood in the way; later it goes through',
    core: true,
    async run(world, log) {
      await world.add(customers);
      const first = await plan(world);
      await run(world, first);
      await world.add(email);
      const approved = await plan(world);
      const release = await holding(world);
      const report = await run(world, approved).finally(release);
      expect(report.steps[0]?.outcome).toBe('gave-way');
      expect(report.steps[0]?.attempts).toBe(2);
      expect(report.steps[0]?.inTheWay).toMatchObject([{ application: 'nightly report' }]);
      expect(report.next).toContain('nightly report (process');
      // Tools that keep a record of failures keep it: the way out is told, and a plan is for a person to make.
      const state = Object.values(await world.states())[1];
      if (state === 'pending') {
        const again = await plan(world);
        expect(outcomes(await run(world, again))).toEqual(['done']);
        await onlyThePlan(world, log, first, approved, again);
      } else expect(state).toBe('failed');
    },
  },
  {
    name: 'called off while it waits: nothing of it is there',
    async run(world) {
      await world.add(customers);
      await run(world, await plan(world));
      await world.add(email);
      const approved = await plan(world, { guards: { lockTimeoutMs: 20_000, longestBlockMs: 20_000 } });
      const release = await holding(world);
      const controller = new AbortController();
      const waiting = (async () => {
        for (;;) {
          const rows = await world.sql<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'lockkeeper run%' AND datname = current_database()");
          if (rows.length > 0) return controller.abort();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      const report = await run(world, approved, { signal: controller.signal });
      await waiting;
      await release();
      expect(report.steps[0]?.outcome).toBe('cancelled');
      const [left] = await world.sql<{ n: number }>("SELECT count(*)::int AS n FROM information_schema.columns WHERE table_name = 'customers' AND column_name = 'email'");
      expect(left?.n).toBe(0);
    },
  },
];
