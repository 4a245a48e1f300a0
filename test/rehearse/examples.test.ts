// Every migration of every example, up, down and up again with the real tool. Runs on the servers of support/servers.
import { describe, expect, test } from 'vitest';
import { detect } from '../../src/operations/detect.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { alembic } from '../orms/drivers/alembic.js';
import { diesel } from '../orms/drivers/diesel.js';
import { django } from '../orms/drivers/django.js';
import { drizzle } from '../orms/drivers/drizzle.js';
import { flyway } from '../orms/drivers/flyway.js';
import { goose } from '../orms/drivers/goose.js';
import { prisma7 } from '../orms/drivers/prisma.js';
import { testServers } from '../support/servers.js';
import { exampleOf, rehearseIn } from './support/projects.js';
import { listMigrations, detectStacks, Repository } from '../../src/orms/index.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);

describe.skipIf(server === undefined)('examples, there and back', { timeout: 600_000 }, () => {
  test.each([prisma7, drizzle, alembic, django, goose, diesel, flyway])('$tool', async (driver) => {
    const root = await exampleOf(driver);
    const repository = await Repository.open(root);
    const { stacks } = await detectStacks(repository);
    const { migrations } = await listMigrations(repository, stacks.find((s) => s.tool === driver.tool)!);
    const t = performance.now();
    const answer = await rehearseIn(root, driver, { migrations: migrations.map((m) => m.name), shadowVariable: 'SHADOW_URL' }, { SHADOW_URL: server!.adminUrl });
    console.log(driver.tool, Math.round(performance.now() - t), answer.passed, JSON.stringify({ ...answer, migrations: answer.migrations.map((m) => ({ n: m.name, s: m.succeeded, e: m.error, w: m.wayBack.says, up: m.wayBack.upAgain, st: m.statements.length, d: m.statements.flatMap((s) => s.differences.map((x) => [s.sql, x])), f: m.filled.flatMap((x) => x.unfilled.map((u) => [x.table, u])) })), findings: answer.findings.filter((f) => f.kind !== 'prediction') }, null, 1));
    expect(answer.migrations.map((m) => m.succeeded)).not.toContain(false);
  });
});
