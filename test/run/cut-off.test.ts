/** What the next call says of a run that was cut off, and what a run does whose tool or session is ended, or that others wait for. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditCommand } from '../../src/cli/commands/audit.js';
import { runCommand } from '../../src/cli/commands/run.js';
import type { Surroundings } from '../../src/cli/command.js';
import { checkPlan, cutOffAnswer, prepareRun } from '../../src/operations/run-plan.js';
import { status } from '../../src/operations/status.js';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { World } from '../orms/conformance/world.js';
import { goose } from '../orms/drivers/goose.js';
import { testServers } from '../support/servers.js';
import { customers, email, holding, underLoad } from './support/behaviours.js';
import { buildChild, removeChild, runAndDie } from './support/dying.js';
import { plan, run } from './support/plan.js';

const server = testServers().find(({ major }) => major === 17) ?? testServers().at(-1);

describe.skipIf(server === undefined && !process.env.CI)('goose', { timeout: 120_000 }, () => {
  let unavailable: string | null = null;
  beforeAll(async () => {
    await Promise.all([loadParser(), buildChild()]);
    await goose.install().catch((error: unknown) => {
      if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
      unavailable = error.message;
    });
  }, 600_000);
  afterAll(removeChild);

  const real = (name: string, work: (world: World) => Promise<void>): void => {
    test(name, async (context) => {
      if (unavailable !== null || server === undefined) return context.skip(unavailable ?? 'no server');
      const world = await World.make(goose, server);
      try {
        await world.add(customers);
        await world.apply();
        await work(world);
      } finally {
        await world.remove();
      }
    });
  };

  real(
    'killed outright: status, audit show and the next run of the plan say UNKNOWN and what is there, until another run has ended',
    async (world) => {
      const state = await mkdtemp(join(tmpdir(), 'lockkeeper-state-'));
      const places = { LOCKKEEPER_STATE: join(state, 'state'), LOCKKEEPER_CONFIG: join(state, 'config') };
      const context = world.context({}, places);
      const surroundings = { ...context, environment: { ...process.env, ...context.environment } } as Surroundings;
      const input = { project: world.root, databaseVariable: 'SCRATCH_URL' };
      const cutOff = async () => (await status(input, context)).recoveries.filter(({ kind }) => kind === 'run-cut-off');
      try {
        await world.sql(`ALTER DATABASE ${world.address.database} SET lockkeeper.class = 'throwaway'`);
        await world.add(email);
        for (const { killAt, says, columns } of [
          { killAt: 'plan 1 done', says: 'The database is as it was before the run.', columns: 0 },
          { killAt: 'ran', says: 'Every migration of the plan is recorded.', columns: 2 },
        ]) {
          const { planId } = await prepareRun(input, context);
          expect(await cutOff()).toHaveLength(columns === 0 ? 0 : 1);
          const { question } = await checkPlan(planId, context);
          await runAndDie(world, question.plan, killAt, places);
          expect((await cutOff()).map(({ title }) => title)).toEqual([
            `UNKNOWN: the run of ${planId} was begun, and the journal has no end of it. Its run was cut off. ${says}`,
          ]);
          const unseen = await cutOffAnswer(planId, {
            ...context,
            environment: { ...context.environment, SCRATCH_URL: 'postgresql://127.0.0.1:9/x' },
          });
          expect(unseen).toMatchObject({ status: 'unknown', says: expect.stringMatching(/^What it left could not be looked at: /) });
          const again = await runCommand.run({ json: true }, [planId], surroundings);
          expect(JSON.parse(again.text)).toMatchObject({ status: 'unknown', planId, says: `Its run was cut off. ${says}` });
          expect(again.exitCode).toBe(1);
          expect((await auditCommand.run({}, ['show'], surroundings)).text).toContain(`${planId}: UNKNOWN. Its run was cut off. ${says}`);
          const there = await world.sql(
            "SELECT FROM information_schema.columns WHERE table_name = 'customers' AND column_name IN ('email', 'kind')",
          );
          expect(there).toHaveLength(columns);
        }
        await world.add({
          name: 'more',
          up: 'ALTER TABLE customers ADD COLUMN more int;',
          down: 'ALTER TABLE customers DROP COLUMN more;',
        });
        const next = await prepareRun(input, context);
        const ran = JSON.parse((await runCommand.run({ json: true }, [next.planId], surroundings)).text);
        expect(ran.status).toBe('applied');
        expect(await cutOff()).toEqual([]);
      } finally {
        await rm(state, { recursive: true, force: true });
      }
    },
  );

  for (const { what, end } of [
    { what: 'the tool is killed', end: async () => process.kill(await processNamed('goose'), 'SIGKILL') },
    {
      what: 'its session on the server is ended',
      end: async (world: World) => world.sql(`SELECT pg_terminate_backend(pid) ${waitingRun}`),
    },
  ]) {
    real(`${what} while it waits for a lock: nothing of it is there, nothing is replayed, and it is told`, async (world) => {
      await world.add(email);
      const approved = await plan(world, { guards: { lockTimeoutMs: 20_000, longestBlockMs: 20_000 } });
      const release = await holding(world);
      try {
        const running = run(world, approved);
        while ((await world.sql(`SELECT ${waitingRun}`)).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        await end(world);
        const report = await running;
        expect(report.steps).toMatchObject([{ outcome: 'failed', attempts: 1 }]);
        expect(report.next).not.toBeNull();
      } finally {
        await release();
      }
      expect(Object.values(await world.states())).toEqual(['applied', 'pending']);
      expect(await world.sql("SELECT FROM information_schema.columns WHERE table_name = 'customers' AND column_name = 'email'")).toEqual(
        [],
      );
    });
  }

  real('others who wait for the run longer than the plan allows make it give way, and get through', async (world) => {
    await world.add({
      name: 'slow',
      up: 'ALTER TABLE customers ADD COLUMN slow int;\nSELECT pg_sleep(60);',
      down: 'ALTER TABLE customers DROP COLUMN slow;',
    });
    const approved = await plan(world, { guards: { longestBlockMs: 600, attempts: 1 } });
    const report = await underLoad(world, () => run(world, approved));
    expect(report.steps).toMatchObject([{ outcome: 'gave-way', blocked: [{ application: 'the shop' }], executed: [] }]);
    expect(report.steps[0]?.longestBlockMs).toBeGreaterThan(600);
    expect(report.next).not.toBeNull();
    expect(Object.values(await world.states())).toEqual(['applied', 'pending']);
    expect(await world.sql("SELECT FROM information_schema.columns WHERE table_name = 'customers' AND column_name = 'slow'")).toEqual([]);
  });
});

const waitingRun =
  "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'lockkeeper run%' AND datname = current_database()";

/** A process that descends from this one, by the name of its program. */
async function processNamed(name: string): Promise<number> {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const pid of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const found = /\((.*)\) \S (\d+)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
    if (found !== null) parents.set(Number(pid), { name: found[1]!, parent: Number(found[2]) });
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (parents.has(pid) && isOurs(parents.get(pid)!.parent));
  for (const [pid, { name: its }] of parents) if (its === name && isOurs(pid)) return pid;
  throw new Error(`no ${name} runs`);
}
