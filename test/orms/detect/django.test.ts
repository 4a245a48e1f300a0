import { describe, expect, it } from 'vitest';
import { codes, detect, only } from './fixture.js';

const manage = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n';
const settings = (more = '') => `import os
INSTALLED_APPS = [
    "django.contrib.auth",
    "shop",
    "users.apps.UsersConfig",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["DB_NAME"], "PASSWORD": "hunter2"}}
${more}
`;
const migration = (dependencies: string, more = '') => `from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    # atomic = False
    dependencies = [${dependencies}]
${more}
    operations = [migrations.RunPython(lambda a, b: None)]
`;
const base = {
  'manage.py': manage,
  'config/settings.py': settings(),
  'shop/migrations/__init__.py': '',
  'users/migrations/__init__.py': '',
  'users/apps.py': 'from django.apps import AppConfig\nclass UsersConfig(AppConfig):\n    name = "users"\n    label = "people"\n',
};

describe('django', () => {
  it('reads settings, apps, labels and the graph in the order of migrate', async () => {
    const stack = await only({
      ...base,
      'requirements/base.txt': 'Django==5.2.17\n',
      'shop/migrations/0001_initial.py': migration('("people", "0002_more")'),
      'shop/migrations/0002_next.py': migration("('shop', '0001_initial')", '    atomic = False'),
      'users/migrations/0001_initial.py': migration(''),
      'users/migrations/0002_more.py': migration('("people", "0001_initial"), ("auth", "0012_x")'),
    });
    expect(stack).toMatchObject({
      id: 'django:.',
      toolVersion: '5.2.17',
      dialect: 'postgres',
      migrationFolders: ['shop/migrations', 'users/migrations'],
      order: 'graph',
      migrationCount: 4,
      heads: ['people.0002_more', 'shop.0002_next'],
      command: ['python', 'manage.py'],
      databaseSetting: "DATABASES['default'] in config/settings.py",
      transactionMode: 'per-file',
      problems: [],
      settings: { settingsModule: 'config.settings' },
    });
    expect(stack.evidence).toContainEqual({ file: 'manage.py', line: 2, what: 'manage.py sets DJANGO_SETTINGS_MODULE' });
    expect(JSON.stringify(stack)).not.toContain('hunter2');
    const { migrations } = await stack.list();
    expect(migrations.map(({ name, transactionMode }) => [name, transactionMode])).toEqual([
      ['people.0001_initial', 'per-file'],
      ['people.0002_more', 'per-file'],
      ['shop.0001_initial', 'per-file'],
      ['shop.0002_next', 'none'],
    ]);
    expect(migrations[3]).toMatchObject({ unrendered: 'python', parents: ['shop.0001_initial'], up: null });
  });

  it('lets a squashed migration stand for what it replaces', async () => {
    const stack = await only({
      ...base,
      'shop/migrations/0001_a.py': migration(''),
      'shop/migrations/0002_b.py': migration('("shop", "0001_a")'),
      'shop/migrations/0003_c.py': migration('("shop", "0002_b")'),
      'shop/migrations/0001_squashed.py': migration('', '    replaces = [("shop", "0001_a"), ("shop", "0002_b")]'),
    });
    const { migrations } = await stack.list();
    expect(migrations.map(({ name, replaces }) => [name, replaces])).toEqual([
      ['shop.0001_squashed', ['shop.0001_a', 'shop.0002_b']],
      ['shop.0003_c', undefined],
    ]);
  });

  it('heeds run_before, __first__, __latest__ and the swappable user', async () => {
    const stack = await only({
      ...base,
      'config/settings.py': settings('AUTH_USER_MODEL = "people.User"'),
      'users/migrations/0001_initial.py': migration(''),
      'shop/migrations/0001_initial.py': migration('migrations.swappable_dependency(settings.AUTH_USER_MODEL)'),
      'shop/migrations/0000_early.py': migration('', '    run_before = [("people", "0001_initial")]'),
      'users/migrations/0002_late.py': migration('("people", "0001_initial"), ("shop", "__latest__")'),
    });
    const names = (await stack.list()).migrations.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['shop.0000_early', 'people.0001_initial']);
    expect(names.indexOf('people.0002_late')).toBeGreaterThan(names.indexOf('shop.0001_initial'));
  });

  it('reports two leaves, a lost parent, a circle and a file without a Migration', async () => {
    const leaves = await only({
      ...base,
      'shop/migrations/0001_a.py': migration(''),
      'shop/migrations/0002_b.py': migration('("shop", "0001_a")'),
      'shop/migrations/0002_c.py': migration('("shop", "0001_a")'),
    });
    expect(leaves.problems).toMatchObject([{ code: 'MIGRATION_ORDER', message: expect.stringContaining('shop.0002_b, shop.0002_c') }]);
    const broken = await only({
      ...base,
      'shop/migrations/0001_a.py': migration('("shop", "gone")'),
      'users/migrations/0001_x.py': migration('("people", "0002_y")'),
      'users/migrations/0002_y.py': migration('("people", "0001_x")'),
      'users/migrations/helper.py': 'x = 1\n',
    });
    expect(codes(broken.problems)).toEqual(expect.arrayContaining(['MIGRATION_NOT_FOUND', 'MIGRATION_ORDER', 'CONFIG_INVALID']));
    expect(broken.migrationCount).toBe(3);
  });

  it('follows MIGRATION_MODULES, moved and switched off', async () => {
    const stack = await only({
      ...base,
      'config/settings.py': settings('MIGRATION_MODULES = {"shop": "db.shop_migrations", "people": None}'),
      'db/shop_migrations/__init__.py': '',
      'db/shop_migrations/0001_initial.py': migration(''),
      'shop/migrations/0001_initial.py': migration(''),
      'users/migrations/0001_initial.py': migration(''),
    });
    expect(stack).toMatchObject({ migrationFolders: ['db/shop_migrations'], migrationCount: 1, heads: ['shop.0001_initial'] });
    expect(stack.undetermined.join()).toContain('people are switched off');
  });

  it('collects settings over star imports, sums and +=, and leaves out what is not installed', async () => {
    const stack = await only({
      ...base,
      'manage.py': manage.replace('config.settings', 'config.settings.local'),
      'config/settings.py': '',
      'config/settings/__init__.py': '',
      'config/settings/local.py': 'from .base import *\nINSTALLED_APPS += ["shop"]\n',
      'config/settings/production.py': '',
      'config/settings/base.py':
        'import environ\nenv = environ.Env()\nDJANGO = ["django.contrib.admin"]\nOWN = ("users",)\nINSTALLED_APPS = [*DJANGO] + list(OWN)\nDATABASES = {"default": env.db("SHOP_URL", default="mysql://localhost/x")}\n',
      'shop/migrations/0001_initial.py': migration(''),
      'users/migrations/0001_initial.py': migration(''),
      'other/migrations/__init__.py': '',
      'other/migrations/0001_initial.py': migration(''),
    });
    expect(stack).toMatchObject({ migrationCount: 2, databaseSetting: 'SHOP_URL', dialect: 'mysql' });
    expect(stack.undetermined.join()).toMatch(/other\/migrations is not used/);
    expect(stack.undetermined.join()).toMatch(/the package also has production/);
  });

  it('counts every app when INSTALLED_APPS is computed, and says so', async () => {
    const stack = await only({
      ...base,
      'config/settings.py': 'INSTALLED_APPS = load()\n',
      'shop/migrations/0001_initial.py': migration(''),
    });
    expect(stack.migrationCount).toBe(1);
    expect(stack.undetermined.join()).toContain('INSTALLED_APPS is computed');
  });

  it('keeps several projects and aliases apart', async () => {
    const { stacks } = await detect({
      'one/manage.py': manage,
      'one/config/settings.py': settings(),
      'one/shop/migrations/__init__.py': '',
      'one/shop/migrations/0001_initial.py': migration(''),
      'two/manage.py': manage,
      'two/config/settings.py': settings('DATABASES["replica"] = {}').replace('{"default"', '{"other": {}, "default"'),
      'two/shop/migrations/__init__.py': '',
      'two/shop/migrations/0001_initial.py': migration(''),
    });
    expect(stacks.map(({ id, migrationCount }) => [id, migrationCount])).toEqual([
      ['django:one', 1],
      ['django:two', 1],
    ]);
    expect(stacks[1]?.undetermined.join()).toContain('several databases (other, default)');
  });

  it('knows a reusable app without manage.py', async () => {
    const stack = await only({
      'pyproject.toml': '[project]\ndependencies = ["django>=4.2"]\n[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "tests.settings"\n',
      'tests/settings.py': settings().replace('"shop"', '"library"'),
      'library/migrations/__init__.py': '',
      'library/migrations/0001_initial.py': migration(''),
    });
    expect(stack).toMatchObject({ id: 'django:.', command: ['django-admin'], migrationCount: 1, dialect: 'postgres' });
    expect(stack.undetermined.join()).toContain('no manage.py');
  });

  it('reads DATABASE_URL settings and the dialect from .env', async () => {
    const stack = await only({
      ...base,
      'uv.lock': '',
      'config/settings.py':
        'import dj_database_url\nINSTALLED_APPS=[]\nDATABASES = {"default": dj_database_url.config(conn_max_age=600)}\n',
      '.env': 'DATABASE_URL="postgres://u:hunter2@h/x"\n',
    });
    expect(stack).toMatchObject({
      databaseSetting: 'DATABASE_URL',
      dialect: 'postgres',
      command: ['uv', 'run', '--', 'python', 'manage.py'],
    });
    expect(JSON.stringify(stack)).not.toContain('hunter2');
  });

  it('says that a folder without __init__.py is not seen by Django', async () => {
    const stack = await only({ 'manage.py': manage, 'config/settings.py': settings(), 'shop/migrations/0001_initial.py': migration('') });
    expect(stack.problems).toMatchObject([{ code: 'CONFIG_INVALID', message: expect.stringContaining('__init__.py') }]);
  });

  it('reads an app called vendor, and no app of a virtual environment', async () => {
    const stack = await only({
      ...base,
      'config/settings.py': settings().replace('"shop"', '"vendor"'),
      'vendor/__init__.py': '',
      'vendor/migrations/__init__.py': '',
      'vendor/migrations/0001_initial.py': migration(''),
      'py/pyvenv.cfg': '',
      'py/lib/x/migrations/0001_initial.py': migration(''),
    });
    expect(stack.migrationFolders).toEqual(['vendor/migrations']);
  });

  it('is not a folder of migrations of something else', async () => {
    expect(
      (
        await detect({
          'manage.py': 'print("hello")\n',
          'app/migrations/0001_initial.py': '"""Like Django\'s class Migration(migrations.Migration):"""\n',
        })
      ).stacks,
    ).toEqual([]);
  });
});
