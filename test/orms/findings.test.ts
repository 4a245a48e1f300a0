// What only the tool's files show, as findings with file and line, with the real tools. Runs on the servers of support/servers.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import { create } from '../../src/operations/create.js';
import { testServers } from '../support/servers.js';
import { ToolUnavailable, type ToolDriver } from './conformance/driver.js';
import { World } from './conformance/world.js';
import { alembic } from './drivers/alembic.js';
import { django } from './drivers/django.js';
import { prisma7 } from './drivers/prisma.js';

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

/** `rule file:line` of every finding behind an applied migration; what the same plan made is nobody's yet. */
async function found(world: World, applied: string): Promise<string[]> {
  const answer = await assess(
    { project: world.root, stack: world.driver.tool, pending: true, applied: [applied], render: true, includeDown: false },
    world.context(),
  );
  return answer.findings.map(({ rule, source }) => `${rule} ${source?.file.split('/').at(-1)}:${source?.line}`);
}

test('Prisma: a required column without default, made by the real diff, and a rename that it wrote as drop + add', {
  timeout: 300_000,
}, async (context) => {
  const world = await open(prisma7);
  if (world === null) return context.skip('Prisma cannot be installed here');
  const [first] = await world.add({
    name: 'users',
    up: 'CREATE TABLE "users" (\n  "id" BIGINT NOT NULL,\n  "name" TEXT,\n  PRIMARY KEY ("id")\n);',
    down: null,
  });
  const schema = join(world.root, 'prisma/schema.prisma');
  const head = (await readFile(schema, 'utf8')).split('\nmodel')[0];
  await writeFile(schema, `${head}\nmodel users {\n  id BigInt @id\n  name String?\n  age Int\n}\n`);
  const created = await create({ project: world.root, name: 'age' }, world.context());
  expect(created.notes.join(' ')).toContain('fails on a table that has rows');
  await world.add({ name: 'rename', up: 'ALTER TABLE "users" DROP COLUMN "name",\nADD COLUMN "full_name" TEXT;', down: null });
  const findings = await found(world, first ?? '');
  expect(findings).toContain('add-column-not-null-no-default migration.sql:2');
  expect(findings).toContain('drop-add-like-rename migration.sql:1');
});

test('Django: a callable default, a default that is dropped again, a rename as Remove + Add, and a second leaf', {
  timeout: 300_000,
}, async (context) => {
  const world = await open(django);
  if (world === null) return context.skip('Django cannot be installed here');
  const write = (name: string, after: string | null, operations: string): Promise<void> =>
    writeFile(
      join(world.root, `store/migrations/${name}.py`),
      `import uuid\nfrom django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${after === null ? '' : `("store", "${after}")`}]\n    operations = [\n${operations}\n    ]\n`,
    );
  await write(
    '0001_initial',
    null,
    '        migrations.CreateModel("User", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField(null=True))]),',
  );
  await write('0002_token', '0001_initial', '        migrations.AddField("user", "token", models.UUIDField(default=uuid.uuid4)),');
  await write(
    '0003_rename',
    '0002_token',
    '        migrations.RemoveField("user", "name"),\n        migrations.AddField("user", "full_name", models.TextField(null=True)),',
  );
  const findings = await found(world, 'store.0001_initial');
  expect(findings).toContain('callable-default-one-value 0002_token.py:8');
  expect(findings).toContain('add-column-not-null-default-dropped 0002_token.py:8');
  expect(findings).toContain('drop-add-like-rename 0003_rename.py:8');
  await write('0003_other', '0002_token', '        migrations.AddField("user", "age", models.IntegerField(null=True)),');
  expect(await found(world, 'store.0001_initial')).toContain('several-heads 0003_rename.py:5');
});

test('Alembic: a rename as drop + add, the way back of code on the connection, and a second head', {
  timeout: 300_000,
}, async (context) => {
  const world = await open(alembic);
  if (world === null) return context.skip('Alembic cannot be installed here');
  const write = (id: string, after: string | null, up: string, down: string): Promise<void> =>
    writeFile(
      join(world.root, `migrations/versions/${id}.py`),
      `import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "${id}"\ndown_revision = ${after === null ? 'None' : `"${after}"`}\n\n\ndef upgrade():\n${up}\n\n\ndef downgrade():\n${down}\n`,
    );
  await write(
    'a1',
    null,
    '    op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))',
    '    op.drop_table("users")',
  );
  await write(
    'a2',
    'a1',
    '    op.get_bind().execute(sa.text("UPDATE users SET name = \'x\' WHERE name IS NULL"))',
    '    op.get_bind().execute(sa.text("DELETE FROM users"))',
  );
  await write('a3', 'a2', '    op.drop_column("users", "name")\n    op.add_column("users", sa.Column("full_name", sa.Text()))', '    pass');
  expect(await found(world, 'a1')).toContain('drop-add-like-rename a3.py:9');
  await write(
    'a4',
    'a3',
    '    with op.get_context().autocommit_block():\n        op.create_index("users_full_name", "users", ["full_name"], postgresql_concurrently=True)',
    '    pass',
  );
  const answer = await assess({ project: world.root, stack: 'alembic', render: true }, world.context());
  // An autocommit_block is Alembic's COMMIT and BEGIN, not the author's.
  expect(answer.statements.filter((each) => each.migration === 'a4').map((each) => each.kind)).toEqual(['createIndex']);
  expect(answer.findings.map((each) => each.rule)).not.toContain('uncommitted-transaction');
  const places = answer.statements.map(
    (each) => `${each.direction} ${each.source?.file.split('/').at(-1)}:${each.source?.line} ${each.kind}`,
  );
  expect(places).toEqual(expect.arrayContaining(['up a2.py:9 update', 'down a2.py:13 delete', 'down a1.py:13 dropTable']));
  await write('b3', 'a2', '    op.add_column("users", sa.Column("age", sa.Integer()))', '    op.drop_column("users", "age")');
  expect(await found(world, 'a1')).toContain('several-heads b3.py:5');
});

describe('GORM beside goose', () => {
  test('AutoMigrate at start-up, with its line', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lockkeeper-gorm-'));
    try {
      await writeFile(
        join(root, 'go.mod'),
        'module shop\n\ngo 1.22\n\nrequire (\n\tgithub.com/pressly/goose/v3 v3.24.1\n\tgorm.io/driver/postgres v1.5.11\n\tgorm.io/gorm v1.25.12\n)\n',
      );
      await writeFile(join(root, 'main.go'), 'package main\n\nfunc main() {\n\tdb.AutoMigrate(&User{})\n}\n');
      await writeFile(join(root, '00001_users.sql'), '-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY);\n');
      const answer = await assess({ project: root, stack: 'goose' }, { workingFolder: root, environment: {} });
      expect(answer.findings.map(({ rule, source }) => [rule, source])).toContainEqual([
        'auto-migrate-at-start',
        { file: 'main.go', line: 4 },
      ]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
