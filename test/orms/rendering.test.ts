// What Python revisions and migrations come to, with the real tools. Runs on the servers of support/servers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import { testServers } from '../support/servers.js';
import { ToolUnavailable, type ToolDriver } from './conformance/driver.js';
import { alembic } from './drivers/alembic.js';
import { django } from './drivers/django.js';

const here = { folder: '.' };
const server = testServers().at(-1);

async function project(driver: ToolDriver): Promise<string | null> {
  try {
    await driver.install();
  } catch (error) {
    if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
    return null;
  }
  const root = await mkdtemp(join(tmpdir(), 'lockkeeper-render-'));
  await driver.project(root, here);
  return root;
}

const statements = async (root: string, driver: ToolDriver, stack: string, variable?: string) => {
  const environment = { ...driver.environment(), ...(server ? { SCRATCH_URL: server.adminUrl } : {}) };
  const throwAway = variable === undefined ? {} : { throwAwayVariable: variable };
  const answer = await assess({ project: root, stack, render: true, ...throwAway }, { workingFolder: root, environment });
  return {
    answer,
    lines: answer.statements.map((each) => `${each.direction} ${each.source?.file.split('/').at(-1)}:${each.source?.line} ${each.kind}`),
  };
};

describe('Alembic', () => {
  let root: string | null = null;
  beforeAll(async () => {
    root = await project(alembic);
    if (root === null) return;
    const versions = join(root, 'migrations/versions');
    await writeFile(
      join(versions, 'a1_shop.py'),
      `"""shop"""
import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("state", sa.Text()))
    op.create_index("orders_state", "orders", ["state"])


def downgrade():
    op.drop_table("orders")
`,
    );
    await writeFile(
      join(versions, 'a2_data.py'),
      `"""data"""
import sqlalchemy as sa
from alembic import op

revision = "a2"
down_revision = "a1"


def upgrade():
    connection = op.get_bind()
    highest = connection.execute(sa.text("SELECT coalesce(max(id), 0) FROM orders")).scalar()
    connection.execute(sa.text("UPDATE orders SET state = :state WHERE id > :id"), {"state": "new; 'old'", "id": highest})


def downgrade():
    pass
`,
    );
    await writeFile(
      join(versions, 'a3_broken.py'),
      `"""broken"""
from alembic import op

revision = "a3"
down_revision = "a2"


def upgrade():
    op.execute("ALTER TABLE nowhere ADD COLUMN a int")
    raise ValueError("postgresql://me:secret-word@db/x cannot be reached")


def downgrade():
    pass
`,
    );
  }, 300_000);
  afterAll(() => root && rm(root, { recursive: true, force: true }));

  test('every call of op has its line, up and down; code is recorded with its values; what cannot run is unknown', async (context) => {
    if (root === null) return context.skip('Alembic cannot be installed here');
    const { answer, lines } = await statements(root, alembic, 'alembic');
    expect(lines).toEqual(
      expect.arrayContaining(['up a1_shop.py:10 createTable', 'up a1_shop.py:11 createIndex', 'up a2_data.py:12 update']),
    );
    const update = answer.statements.find((each) => each.kind === 'update');
    expect(update?.sql).toContain("'new; ''old'''");
    expect(answer.coverage.unanalysed.map((each) => each.migration)).toContain('a3');
    expect(answer.risk).not.toBe('low');
    expect(answer.problems.map((each) => each.code)).toContain('PROJECT_CODE_RAN');
    expect(JSON.stringify(answer)).not.toContain('secret-word');
  });

  test('on a server given for it: the same', async (context) => {
    if (root === null || !server) return context.skip('no tool or no server');
    const { lines } = await statements(root, alembic, 'alembic', 'SCRATCH_URL');
    expect(lines).toContain('up a2_data.py:12 update');
  });

  test('without the wish to render nothing of the project runs, and it is unknown', async (context) => {
    if (root === null) return context.skip('Alembic cannot be installed here');
    const answer = await assess({ project: root, stack: 'alembic' }, { workingFolder: root, environment: alembic.environment() });
    expect(answer.coverage).toMatchObject({ statements: 0 });
    expect(answer.coverage.unanalysed).toHaveLength(3);
  });
});

describe('Django', () => {
  let root: string | null = null;
  beforeAll(async () => {
    root = await project(django);
    if (root === null) return;
    const folder = join(root, 'store/migrations');
    await writeFile(
      join(folder, '0001_initial.py'),
      `import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("state", models.TextField(null=True))]),
        migrations.AddField("order", "token", models.UUIDField(default=uuid.uuid4)),
        migrations.AddIndex("order", models.Index(fields=["state"], name="order_state")),
    ]
`,
    );
    await writeFile(
      join(folder, '0002_data.py'),
      `from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("store", "Order").objects.filter(state=None).update(state="new")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [
        migrations.RunPython(fill),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("ALTER TABLE store_order ADD COLUMN note text")]),
    ]
`,
    );
    await writeFile(
      join(folder, '0003_broken.py'),
      `from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("store", "0002_data")]
    operations = [migrations.RunSQL("ALTER TABLE nowhere ADD COLUMN a int")]
`,
    );
  }, 300_000);
  afterAll(() => root && rm(root, { recursive: true, force: true }));

  test('every operation has its line, code is recorded, what cannot run is unknown, and the notes say what only Django knows', async (context) => {
    if (root === null) return context.skip('Django cannot be installed here');
    const { answer, lines } = await statements(root, django, 'django');
    expect(lines).toEqual(
      expect.arrayContaining([
        'up 0001_initial.py:7 createTable',
        'up 0001_initial.py:8 addColumn',
        'up 0001_initial.py:8 dropDefault',
        'up 0001_initial.py:9 createIndex',
        'up 0002_data.py:11 update',
        'up 0002_data.py:12 addColumn',
        'down 0001_initial.py:9 dropIndex',
        'down 0001_initial.py:7 dropTable',
      ]),
    );
    const said = answer.problems.map((each) => each.message).join('\n');
    expect(answer.findings.map((each) => each.rule)).toContain('callable-default-one-value');
    expect(said).toContain('Django drops the default of token again');
    expect(said).toContain('RunPython cannot be taken back');
    expect(said).toContain('RunSQL cannot be taken back');
    expect(answer.coverage.unanalysed.map((each) => each.migration)).toContain('store.0003_broken');
  });
});
