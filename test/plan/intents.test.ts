/** Every intent: its plan runs step by step on real servers with rows, every check passes, every way back works from every step. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../support/servers.js';
import { planCases } from './support/cases.js';
import { differences, isDone, PlanWorld, planOn, runSql, snapshotOf, stepsOf } from './support/world.js';

describe.each(testServers())('PostgreSQL $major', (server) => {
  const world = new PlanWorld(server);
  beforeAll(() => world.open());
  afterAll(() => world.close());

  const cases = planCases.filter(({ versions }) => versions === undefined || (versions[0] <= server.major && server.major <= versions[1]));

  test.each(cases)('$name: the plan leads to the schema of the plain change', async (each) => {
    await world.onCopy(async (url) => {
      const plan = await planOn(url, { changes: [each.change] }, each.way);
      expect(plan.needs, 'needs').toEqual([]);
      expect(plan.status).toBe(each.direct ? 'direct' : 'plan');
      if (each.name === 'foreign key') await runSql(url, ['DELETE FROM orders WHERE buyer > 30'], 'transaction');
      for (const step of stepsOf(plan)) {
        await runSql(url, step.sql, step.mode);
        expect(await isDone(url, step), `check of ${step.title}: ${step.check}`).toBe(true);
      }
      const ended = await snapshotOf(url);
      const plain = await world.onCopy(async (other) => {
        await runSql(other, each.naive, 'transaction');
        return snapshotOf(other);
      });
      expect(differences(ended, plain, each.differs)).toEqual([]);
      if ((each.differs ?? []).length > 0) expect(plan.differences).not.toEqual([]);
    });
  });

  test.each(cases)('$name: the way back from every step leads to the schema before', async (each) => {
    const before = await world.onCopy(snapshotOf);
    const steps = await world.onCopy(async (url) => stepsOf(await planOn(url, { changes: [each.change] }, each.way)));
    for (let last = 1; last <= steps.length; last += 1) {
      await world.onCopy(async (url) => {
        if (each.name === 'foreign key') await runSql(url, ['DELETE FROM orders WHERE buyer > 30'], 'transaction');
        for (const step of steps.slice(0, last)) await runSql(url, step.sql, step.mode);
        for (const step of steps.slice(0, last).reverse()) await runSql(url, step.wayBack.sql, step.wayBack.mode);
        expect(differences(await snapshotOf(url), before, each.lost), `back from ${steps[last - 1]!.title}`).toEqual([]);
      });
    }
  });
});
