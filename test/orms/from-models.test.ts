// Migrations made from the models by the real tools. Runs on the servers of support/servers.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { create } from '../../src/operations/create.js';
import { testServers } from '../support/servers.js';
import { ToolUnavailable, type ToolDriver } from './conformance/driver.js';
import { World } from './conformance/world.js';
import { drizzle } from './drivers/drizzle.js';
import { prisma6, prisma7 } from './drivers/prisma.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.remove();
});

async function open(driver: ToolDriver): Promise<World | null> {
  try {
    await driver.install();
  } catch (error) {
    if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
    return null;
  }
  if (!server) return null;
  const world = await World.make(driver, server);
  worlds.push(world);
  return world;
}

const problem = async (work: Promise<unknown>): Promise<{ code: string; message: string }> =>
  work.then(
    () => ({ code: 'no error', message: '' }),
    (error: { problem: { code: string; message: string } }) => error.problem,
  );

describe.each([prisma7, prisma6])('$label', (driver) => {
  const head = (world: World): Promise<string> =>
    readFile(join(world.root, 'prisma/schema.prisma'), 'utf8').then((text) => text.split('\nmodel')[0]!);

  test('the first migration, nothing to do, a rename that is refused and then confirmed', { timeout: 240_000 }, async (context) => {
    const world = await open(driver);
    if (world === null) return context.skip('Prisma cannot be installed here');
    const schema = join(world.root, 'prisma/schema.prisma');
    const start = await head(world);
    const model = (field: string): Promise<void> => writeFile(schema, `${start}\nmodel users {\n  id BigInt @id\n  ${field} String\n}\n`);
    const make = (more = {}) => create({ project: world.root, name: 'from models', ...more }, world.context());
    await model('name');
    const first = await make();
    expect(await readFile(join(world.root, first.files[0]!.path), 'utf8')).toContain('CREATE TABLE "users"');
    expect(await problem(make())).toMatchObject({ code: 'NOTHING_TO_DO' });
    await world.apply('all');
    await model('full_name');
    const refused = await problem(make());
    expect(refused).toMatchObject({ code: 'BAD_USAGE' });
    expect(refused.message).toContain('users.name=users.full_name');
    const renamed = await make({ renames: ['users.name=users.full_name'] });
    expect(await readFile(join(world.root, renamed.files[0]!.path), 'utf8')).toContain(
      'ALTER TABLE "users" RENAME COLUMN "name" TO "full_name"',
    );
    expect((await world.apply('all')).succeeded).toBe(true);
    expect(await problem(make())).toMatchObject({ code: 'NOTHING_TO_DO' });
  });
});

describe(drizzle.label, () => {
  test('the first migration, nothing to do, and a rename that is refused', { timeout: 120_000 }, async (context) => {
    const world = await open(drizzle);
    if (world === null) return context.skip('drizzle-kit cannot be installed here');
    const make = () => create({ project: world.root, name: 'from models' }, world.context());
    const model = (column: string): Promise<void> =>
      writeFile(
        join(world.root, 'src/schema.ts'),
        `import { bigint, pgTable, text } from 'drizzle-orm/pg-core';\nexport const users = pgTable('users', { id: bigint({ mode: 'number' }).primaryKey(), ${column}: text() });\n`,
      );
    await model('name');
    await make();
    expect((await world.apply('all')).succeeded).toBe(true);
    expect(await problem(make())).toMatchObject({ code: 'NOTHING_TO_DO' });
    await model('full_name');
    expect(await problem(make())).toMatchObject({ code: 'BAD_USAGE' });
    expect((await world.status()).migrations).toHaveLength(1);
  });
});
