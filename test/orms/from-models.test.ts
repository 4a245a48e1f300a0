// Migrations made from the models by the real tools. Runs on the servers of support/servers.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { create } from '../../src/operations/create.js';
import { testServers } from '../support/servers.js';
import { ToolUnavailable, type ToolDriver } from './conformance/driver.js';
import { World } from './conformance/world.js';
import { alembic, alembicBefore } from './drivers/alembic.js';
import { django, djangoBefore } from './drivers/django.js';
import { drizzle, drizzleNext } from './drivers/drizzle.js';
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
    await writeFile(schema, `${start}\nmodel people {\n  id BigInt @id\n  full_name String\n}\n`);
    expect((await problem(make())).message).toContain('users=people');
  });
});

describe(drizzle.label, () => {
  test('the first migration, nothing to do, and a rename that is refused', { timeout: 300_000 }, async (context) => {
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

describe(drizzleNext.label, () => {
  test('a rename is refused with its candidates, then confirmed; one that the schema does not make is refused', {
    timeout: 300_000,
  }, async (context) => {
    const world = await open(drizzleNext);
    if (world === null) return context.skip('drizzle-kit cannot be installed here');
    const make = (more = {}) => create({ project: world.root, name: 'from models', ...more }, world.context());
    const model = (table: string, column: string): Promise<void> =>
      writeFile(
        join(world.root, 'src/schema.ts'),
        `import { bigint, pgTable, text } from 'drizzle-orm/pg-core';\nexport const users = pgTable('${table}', { id: bigint({ mode: 'number' }).primaryKey(), ${column}: text() });\n`,
      );
    await model('users', 'name');
    await make();
    expect((await world.apply('all')).succeeded).toBe(true);
    expect(await problem(make())).toMatchObject({ code: 'NOTHING_TO_DO' });
    await world.sql("INSERT INTO users (id, name) VALUES (1, 'kept')");
    await model('users', 'full_name');
    const refused = await problem(make());
    expect(refused).toMatchObject({ code: 'BAD_USAGE' });
    expect(refused.message).toContain('users.name=users.full_name');
    expect(await problem(make({ renames: ['users.nothing=users.full_name'] }))).toMatchObject({ code: 'BAD_USAGE' });
    expect((await world.status()).migrations).toHaveLength(1);
    await make({ renames: ['users.name=users.full_name'] });
    await model('people', 'full_name');
    expect((await problem(make())).message).toContain('users=people');
    await make({ renames: ['users=people'] });
    expect((await world.apply('all')).succeeded).toBe(true);
    expect(await world.sql('SELECT full_name FROM people')).toEqual([{ full_name: 'kept' }]);
  });
});

describe.each([alembic, alembicBefore])('$label', (driver) => {
  test.for(['', 'render_as_batch=True, '])(
    '%sthe first revision, nothing to do, a rename that is refused and then confirmed',
    { timeout: 300_000 },
    async (batch, context) => {
      const world = await open(driver);
      if (world === null) return context.skip('Alembic cannot be installed here');
      const environment = join(world.root, 'migrations/env.py');
      const plain = await readFile(environment, 'utf8');
      await writeFile(
        environment,
        `from models import metadata\n${plain.replaceAll('transaction_per_migration', `target_metadata=metadata, ${batch}transaction_per_migration`)}`,
      );
      await writeFile(
        join(world.root, 'migrations/script.py.mako'),
        '"""${message}"""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\nbranch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n    ${upgrades if upgrades else "pass"}\n\n\ndef downgrade():\n    ${downgrades if downgrades else "pass"}\n',
      );
      const model = (column: string): Promise<void> =>
        writeFile(
          join(world.root, 'models.py'),
          `import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table("users", metadata, sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("${column}", sa.Text))\n`,
        );
      const make = (more = {}) => create({ project: world.root, name: 'from models', ...more }, world.context());
      await model('name');
      await make();
      expect((await world.apply('all')).succeeded).toBe(true);
      expect(await problem(make())).toMatchObject({ code: 'NOTHING_TO_DO' });
      await model('full_name');
      const refused = await problem(make());
      expect(refused).toMatchObject({ code: 'BAD_USAGE' });
      expect(refused.message).toContain('users.name=users.full_name');
      expect((await world.status()).migrations).toHaveLength(1);
      await make({ renames: ['users.name=users.full_name'] });
      await world.sql("INSERT INTO users (id, name) VALUES (1, 'kept')");
      expect((await world.apply('all')).succeeded).toBe(true);
      expect(await world.sql('SELECT full_name FROM users')).toEqual([{ full_name: 'kept' }]);
      expect((await world.rollback()).succeeded).toBe(true);
      expect(await world.sql('SELECT name FROM users')).toEqual([{ name: 'kept' }]);
    },
  );
});

describe.each([django, djangoBefore])('$label', (driver) => {
  test('the first migration, nothing to do, a rename that is refused and then confirmed, a required field', {
    timeout: 300_000,
  }, async (context) => {
    const world = await open(driver);
    if (world === null) return context.skip('Django cannot be installed here');
    const model = (fields: string): Promise<void> =>
      writeFile(join(world.root, 'store/models.py'), `from django.db import models\n\n\nclass User(models.Model):\n    ${fields}\n`);
    const make = (more = {}) => create({ project: world.root, name: 'from models', place: 'store', ...more }, world.context());
    await model('name = models.TextField(null=True)');
    await make();
    expect((await world.apply('all')).succeeded).toBe(true);
    expect(await problem(make())).toMatchObject({ code: 'NOTHING_TO_DO' });
    await model('full_name = models.TextField(null=True)');
    const refused = await problem(make());
    expect(refused).toMatchObject({ code: 'BAD_USAGE' });
    expect(refused.message).toContain('user.name=user.full_name');
    expect((await world.status()).migrations).toHaveLength(1);
    await make({ renames: ['user.name=user.full_name'] });
    await world.sql("INSERT INTO store_user (name) VALUES ('kept')");
    expect((await world.apply('all')).succeeded).toBe(true);
    expect(await world.sql('SELECT full_name FROM store_user')).toEqual([{ full_name: 'kept' }]);
    await model('full_name = models.TextField(null=True)\n    age = models.IntegerField()');
    expect((await problem(make())).message).toContain('is required and has no default');
    expect((await world.status()).migrations).toHaveLength(2);
  });
});
