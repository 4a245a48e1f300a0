// Every migration of every example, up, down and up again with the real tool. Runs on the servers of support/servers.
import { describe, expect, test } from 'vitest';
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
    const { migrations } = await listMigrations(repository, stacks.find((stack) => stack.tool === driver.tool)!);
    const names = migrations.map((migration) => migration.name);
    const answer = await rehearseIn(root, driver, { migrations: names, shadowVariable: 'SHADOW_URL' }, { SHADOW_URL: server!.adminUrl });
    expect(answer.migrations.map((migration) => [migration.name, migration.succeeded, migration.wayBack.upAgain])).toEqual(
      names.map((name) => [name, true, true]),
    );
    // Each way back is proven: the tool's own, or the SQL that was written for it.
    const grades = answer.migrations.map(({ wayBack }) => wayBack.rollback?.proven ?? wayBack.says);
    expect(grades.filter((grade) => !grade.startsWith('reversible'))).toEqual([]);
    expect(answer.migrations.flatMap((migration) => migration.statements.flatMap((statement) => statement.differences))).toEqual([]);
  });
});
