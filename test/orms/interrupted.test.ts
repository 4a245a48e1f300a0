// The tool is ended in the middle of a migration; what the status says then. Runs on the servers of support/servers.
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testServers } from '../support/servers.js';
import { ToolUnavailable } from './conformance/driver.js';
import { World } from './conformance/world.js';
import { alembic } from './drivers/alembic.js';
import { diesel } from './drivers/diesel.js';
import { django } from './drivers/django.js';
import { drizzle } from './drivers/drizzle.js';
import { flyway } from './drivers/flyway.js';
import { goose } from './drivers/goose.js';
import { prisma7 } from './drivers/prisma.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
const slow = {
  name: 'slow',
  up: 'CREATE TABLE slow_one (id int PRIMARY KEY);\nSELECT pg_sleep(4);\nCREATE TABLE slow_two (id int PRIMARY KEY);',
  down: 'DROP TABLE slow_one; DROP TABLE slow_two;',
};

/** Process groups that this process started. */
async function children(): Promise<number[]> {
  const tasks = await readdir('/proc/self/task');
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')));
  return lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number));
}

/** Sessions on the target that are at work; asked from another database, since a run refuses a target that is in use. */
async function atWork(world: World): Promise<number> {
  const client = new pg.Client({ connectionString: world.server.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND query LIKE '%pg_sleep(4)%' AND state = 'active'`,
    [world.address.database],
  );
  await client.end();
  return rows[0]?.n ?? 0;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if (await done()) return;
    await sleep(50);
  }
  throw new Error('it never came to that');
}

describe.each([prisma7, drizzle, alembic, django, diesel, goose, flyway])('$label', (driver) => {
  test.each(['SIGINT', 'SIGKILL'] as const)('%s in the middle', { timeout: 300_000 }, async (signal) => {
    if (!server) throw new Error('no server');
    await driver.install().catch((error: unknown) => {
      if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
    });
    const world = await World.make(driver, server);
    try {
      const [name] = await world.add(slow);
      const before = new Set(await children());
      const running = world.apply();
      await until(async () => (await atWork(world)) > 0);
      for (const child of (await children()).filter((each) => !before.has(each))) process.kill(-child, signal);
      const report = await running;
      expect(report.succeeded).toBe(false);
      expect(report.next).not.toBeNull();
      // The server goes on where nobody told it to stop, and the status says so.
      const during = await world.status();
      if ((await atWork(world)) > 0) {
        expect(during.recoveries.map((each) => [each.kind, each.migration])).toContainEqual(['still-running', name]);
      }
      await until(async () => (await atWork(world)) === 0);
      const after = await world.status();
      const state = after.migrations[0]?.state;
      const kinds = after.recoveries.map((each) => each.kind);
      const [first, second] = [await world.hasTable('slow_one'), await world.hasTable('slow_two')];
      expect(report.steps[0]?.outcome).toBe(first ? 'partly' : 'failed');
      if (state === 'failed') expect(kinds).toContain('failed-migration');
      else {
        expect(state).toBe('pending');
        expect(kinds).toEqual(first || second ? ['half-applied'] : []);
        if (!first) expect((await world.apply()).steps.map((step) => step.outcome)).toEqual(['done']);
      }
    } finally {
      await world.remove();
    }
  });
});
