// The server of this file logs every statement: it is its own, beside those of support/servers.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunPlan } from '../../src/core/run-plan.js';
import { openStack } from '../../src/operations/stack-call.js';
import { standingOf } from '../../src/run/standing.js';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { World } from '../orms/conformance/world.js';
import { alembic } from '../orms/drivers/alembic.js';
import { diesel } from '../orms/drivers/diesel.js';
import { django } from '../orms/drivers/django.js';
import { drizzle } from '../orms/drivers/drizzle.js';
import { flyway } from '../orms/drivers/flyway.js';
import { goose } from '../orms/drivers/goose.js';
import { prisma7 } from '../orms/drivers/prisma.js';
import { customers, email, onlyThePlan } from './support/behaviours.js';
import { LogServer } from './support/log-server.js';
import { plan, policy, run } from './support/plan.js';

let log: LogServer;
beforeAll(async () => {
  await loadParser();
  log = await LogServer.start(17);
}, 60_000);
afterAll(() => log?.stop());

/** Every point that the run of the second migration comes by; the same for each tool. */
const points = [
  'locked',
  'surveyed',
  'started',
  'plan 0 open',
  'plan 0 done',
  'plan 1 open',
  'plan 1 done',
  'record applies open',
  'record applies done',
  'step 1',
  'ran',
];

for (const driver of [goose, diesel, drizzle, prisma7, alembic, django, flyway]) {
  describe(driver.label, { timeout: 300_000 }, () => {
    let unavailable: string | null = null;
    beforeAll(async () => {
      await driver.install().catch((error: unknown) => {
        if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
        unavailable = error.message;
      });
    }, 20 * 60_000);

    test('killed outright at every point: nothing lost, nothing twice, and the next call tells what is', async (context) => {
      if (unavailable !== null) context.skip(unavailable);
      const { server } = log;
      const world = await World.make(driver, { major: server.major, version: server.version, url: server.url, adminUrl: server.adminUrl });
      try {
        await world.add(customers);
        const plans = [await plan(world)];
        await run(world, plans[0]!);
        await world.add(email);
        const seen: string[] = [];
        for (const killAt of points) {
          const approved = await plan(world);
          plans.push(approved);
          const passed = await runAndDie(world, approved, killAt);
          const standing = await standingOf(approved, await groundOf(world));
          const columns = await world.sql<{ name: string }>("SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'customers'");
          const there = columns.filter(({ name }) => name === 'email' || name === 'kind').length;
          const state = (await world.states())[approved.migrations[0]!.name];
          seen.push(`${killAt}: ${standing.state}`);
          // The history is true: applied with all of it there, or not applied and what there is has been told.
          expect(`${killAt}: ${state === 'applied'}`).toBe(`${killAt}: ${there === 2 && standing.state === 'done'}`);
          if (there > 0 && state !== 'applied') expect(['partly', 'failed']).toContain(standing.state);
          if (standing.state === 'nothing') expect(there).toBe(0);
          if (passed) continue;
          await reset(world, state, there);
        }
        await onlyThePlan(world, log, ...plans);
        expect(seen.filter((each) => each.startsWith('ran') || each.startsWith('step'))).toEqual(['step 1: done', 'ran: done']);
        await run(world, await plan(world).catch(() => plans[0]!)).catch(() => undefined);
      } finally {
        await world.remove();
      }
    });
  });
}

async function groundOf(world: World) {
  const { tool, call } = await openStack({ project: world.root }, world.context());
  return { tool, call, variable: 'SCRATCH_URL', policy: await policy() };
}

/** True when the point was never come by, so that the run went to its end. */
async function runAndDie(world: World, approved: RunPlan, killAt: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-crash-'));
  const file = join(folder, 'task.json');
  const environment = world.context().environment ?? {};
  await writeFile(file, JSON.stringify({ root: world.root, environment, plan: approved, killAt, points: join(folder, 'points') }));
  const result = await execa(process.execPath, ['--import', 'tsx', 'test/run/support/crash-child.ts', file], { reject: false, all: true });
  if (result.signal === 'SIGKILL') return false;
  expect(`${result.exitCode} ${result.all}`).toBe('0 ');
  throw new Error(`${killAt} was not come by: ${await readFile(join(folder, 'points'), 'utf8')}`);
}

/** Back to before the second migration, by hand, as an operator would: for the next point. */
async function reset(world: World, state: string | undefined, there: number): Promise<void> {
  if (there > 0) await world.sql('ALTER TABLE customers DROP COLUMN IF EXISTS email, DROP COLUMN IF EXISTS kind');
  if (state === 'applied' || state === 'failed') {
    const { table } = await world.status();
    const rows = await world.sql<{ column: string }>(`SELECT attname AS column FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0`);
    const has = (name: string): boolean => rows.some(({ column }) => column === name);
    const first = (await world.status()).migrations[0]!.name;
    if (has('version_num')) await world.sql(`UPDATE ${table} SET version_num = '${first}'`);
    else if (has('installed_rank')) await world.sql(`DELETE FROM ${table} WHERE installed_rank > 1`);
    else if (has('migration_name')) await world.sql(`DELETE FROM ${table} WHERE migration_name <> '${first}'`);
    else if (has('version')) await world.sql(`DELETE FROM ${table} WHERE version > (SELECT min(version) FROM ${table})`);
    else if (has('version_id')) await world.sql(`DELETE FROM ${table} WHERE version_id = (SELECT max(version_id) FROM ${table})`);
    else await world.sql(`DELETE FROM ${table} WHERE id = (SELECT max(id) FROM ${table})`);
  }
}
