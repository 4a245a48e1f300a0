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

  test.each(cases)('$name', async (each) => {
    const plan = await planOn(world.plainUrl, { changes: [each.change] }, each.way);
    expect(plan.needs, 'needs').toEqual([]);
    expect(plan.status).toBe(each.direct ? 'direct' : 'plan');
    expect(plan.differences.length > 0 || (each.differs ?? []).length === 0, 'differences are told').toBe(true);
    const before = await world.afterPlain([]);
    const plain = await world.afterPlain(each.naive);
    const steps = stepsOf(plan);
    await world.onCopy(async (url) => {
      if (each.prepare) await runSql(url, each.prepare, 'transaction');
      // From every step all the way back, and on again, up to the step whose way back its note limits.
      const allowed = each.lost ?? [];
      const destructive = steps.findIndex((step) => step.destructive);
      const end = destructive < 0 || each.lost === undefined ? steps.length : destructive;
      for (let last = 1; last <= end; last += 1) {
        for (const step of steps.slice(0, last)) await runSql(url, step.sql, step.mode);
        for (const step of steps.slice(0, last).reverse()) await runSql(url, step.wayBack.sql, step.wayBack.mode);
        expect(differences(await snapshotOf(url), before, allowed), `back from ${steps[last - 1]!.title}`).toEqual([]);
      }
      for (const step of steps) {
        await runSql(url, step.sql, step.mode);
        if (step.check !== null) expect(await isDone(url, step), `check of ${step.title}: ${step.check}`).toBe(true);
      }
      expect(differences(await snapshotOf(url), plain, each.differs), 'end').toEqual([]);
      for (const step of steps.slice(end)) {
        await runSql(url, step.wayBack.sql, step.wayBack.mode);
        expect(step.wayBack.note).not.toBe(null);
      }
    });
  });
});
