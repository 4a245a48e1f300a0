import { describe, expect, it } from 'vitest';
import { codes, detect, only } from './fixture.js';

const ini = '[alembic]\nscript_location = migrations\nsqlalchemy.url = driver://user:pass@localhost/dbname\n';
const environment = (more = '') => `import os
from alembic import context
# context.configure(transaction_per_migration=True)
"""transaction_per_migration=True"""
def run():
    context.configure(
        url=os.environ["SHOP_URL"],
        ${more}
    )
`;
const revision = (id: string, down: string, more = '') =>
  `"""message\n\nRevision ID: ${id}\n"""\nfrom alembic import op\n# revision = 'decoy'\nrevision: str = '${id}'\ndown_revision = ${down}\nbranch_labels = None\ndepends_on = None\n${more}\ndef upgrade():\n    revision = 'inner'\n    op.execute("SELECT 1")\n`;
const base = { 'alembic.ini': ini, 'migrations/env.py': environment(), 'migrations/script.py.mako': '' };

describe('alembic', () => {
  it('reads ini, env.py and the graph', async () => {
    const stack = await only({
      ...base,
      'requirements.txt': 'sqlalchemy>=2\nalembic==1.20.0 # tool\npsycopg[binary]>=3\n',
      'migrations/versions/b_first.py': revision('a1', 'None'),
      'migrations/versions/a_second.py': revision('b2', "'a1'"),
      'migrations/versions/__init__.py': '',
    });
    expect(stack).toMatchObject({
      id: 'alembic:.',
      toolVersion: '1.20.0',
      dialect: 'postgres',
      migrationFolders: ['migrations/versions'],
      order: 'graph',
      migrationCount: 2,
      heads: ['b2'],
      transactionMode: 'all',
      databaseSetting: 'SHOP_URL',
      command: ['python', '-m', 'alembic'],
      problems: [],
    });
    expect(stack.evidence).toContainEqual({ file: 'alembic.ini', line: 2, what: '[alembic] script_location' });
    expect(stack.evidence).toContainEqual({ file: 'requirements.txt', line: 2, what: 'depends on alembic' });
    expect((await stack.list()).migrations).toMatchObject([
      { name: 'a1', position: 0, unrendered: 'python', up: null, parents: [] },
      { name: 'b2', position: 1, parents: ['a1'] },
    ]);
  });

  it('orders branches and a merge with a tuple over several lines, and depends_on', async () => {
    const stack = await only({
      ...base,
      'migrations/versions/1.py': revision('base', 'None'),
      'migrations/versions/2.py': revision('left', "'base'"),
      'migrations/versions/3.py': revision('right', '"base"'),
      'migrations/versions/0.py': revision('merge', "(\n    'left', # one\n    'right',\n)"),
      'migrations/versions/00.py': revision('lone', 'None', "depends_on = ['left']"),
    });
    const names = (await stack.list()).migrations.map(({ name }) => name);
    expect(names.indexOf('left')).toBeLessThan(names.indexOf('lone'));
    expect(names.at(-1) === 'merge' || names.indexOf('merge') > Math.max(names.indexOf('left'), names.indexOf('right'))).toBe(true);
    expect([...stack.heads].sort()).toEqual(['lone', 'merge']);
  });

  it('reports several heads, a lost parent, a circle, a double and a computed revision', async () => {
    const heads = await only({
      ...base,
      'migrations/versions/1.py': revision('r1', 'None'),
      'migrations/versions/2.py': revision('r2', "'r1'"),
      'migrations/versions/3.py': revision('r3', "'r1'"),
    });
    expect(heads.heads).toEqual(['r2', 'r3']);
    expect(heads.problems).toMatchObject([{ code: 'MIGRATION_ORDER', next: expect.stringContaining('alembic merge heads') }]);
    const broken = await only({
      ...base,
      'migrations/versions/1.py': revision('r1', "'gone'"),
      'migrations/versions/2.py': revision('r2', "'r3'"),
      'migrations/versions/3.py': revision('r3', "'r2'"),
      'migrations/versions/4.py': revision('r1', 'None'),
      'migrations/versions/5.py': 'revision = make()\ndown_revision = None\n',
    });
    expect(codes(broken.problems)).toEqual(expect.arrayContaining(['MIGRATION_NOT_FOUND', 'MIGRATION_ORDER', 'NOT_RENDERED']));
    expect(broken.migrationCount).toBe(3);
  });

  it.each([
    ['transaction_per_migration=True', 'per-file'],
    ['transaction_per_migration=False', 'all'],
    ['transactional_ddl=False', 'none'],
    ['compare_type=True', 'all'],
  ])('%s in env.py means %s', async (argument, mode) => {
    expect((await only({ ...base, 'migrations/env.py': environment(argument) })).transactionMode).toBe(mode);
  });

  it('says when env.py computes its transaction mode, and reads the history table', async () => {
    const stack = await only({
      ...base,
      'migrations/env.py': environment('transaction_per_migration=flag(), version_table="v", version_table_schema="s"'),
    });
    expect(stack.undetermined.join()).toContain('transaction_per_migration is computed');
    expect(stack.settings).toMatchObject({ historyTable: 'v', historySchema: 's' });
  });

  it.each([
    [
      'a path from here',
      {
        'db/alembic.ini': '[alembic]\nscript_location = %(here)s/m\n',
        'db/m/env.py': environment(),
        'db/m/versions/1.py': revision('r', 'None'),
      },
      'alembic:db',
      'db/m/versions',
    ],
    [
      'a path from the root',
      {
        'db/alembic.ini': '[alembic]\nscript_location = db/m\n',
        'db/m/env.py': environment(),
        'db/m/versions/1.py': revision('r', 'None'),
      },
      'alembic:.',
      'db/m/versions',
    ],
    [
      'a package resource',
      {
        'alembic.ini': '[alembic]\nscript_location = shop.db:m\n',
        'src/shop/db/m/env.py': environment(),
        'src/shop/db/m/versions/1.py': revision('r', 'None'),
      },
      'alembic:.',
      'src/shop/db/m/versions',
    ],
    [
      'pyproject.toml',
      {
        'pyproject.toml': '[tool.alembic]\nscript_location = "%(here)s/m"\n',
        'm/env.py': environment(),
        'm/versions/1.py': revision('r', 'None'),
      },
      'alembic:.',
      'm/versions',
    ],
    [
      'version_locations',
      {
        'alembic.ini': '[alembic]\nscript_location = m\nversion_locations = %(here)s/v\n',
        'm/env.py': environment(),
        'v/1.py': revision('r', 'None'),
      },
      'alembic:.',
      'v',
    ],
    ['code alone', { 'm/env.py': environment(), 'm/versions/1.py': revision('r', 'None') }, 'alembic:.', 'm/versions'],
  ])('finds the scripts by %s', async (_name, files, id, folder) => {
    expect(await only(files as unknown as Record<string, string>)).toMatchObject({ id, migrationFolders: [folder], migrationCount: 1 });
  });

  it('takes several version folders and subfolders', async () => {
    const stack = await only({
      'alembic.ini': '[alembic]\nscript_location = m\nversion_locations = %(here)s/v %(here)s/w\nrecursive_version_locations = true\n',
      'm/env.py': environment(),
      'v/deep/1.py': revision('r1', 'None'),
      'w/2.py': revision('r2', "'r1'"),
    });
    expect(stack).toMatchObject({ migrationFolders: ['v', 'w'], migrationCount: 2, heads: ['r2'] });
  });

  it('makes a stack of each named section, with its command', async () => {
    const { stacks } = await detect({
      'multi.ini': '[alembic]\nscript_location = a\n[billing]\nscript_location = b\n',
      'a/env.py': environment(),
      'b/env.py': environment(),
      'a/versions/1.py': revision('r', 'None'),
      'b/versions/1.py': revision('q', 'None'),
    });
    expect(stacks.map(({ id, command }) => [id, command?.join(' ')])).toEqual([
      ['alembic:.', 'python -m alembic -c multi.ini'],
      ['alembic:.#versions', 'python -m alembic -c multi.ini -n billing'],
    ]);
  });

  it('knows Flask-Migrate, whose ini has no location', async () => {
    const stack = await only({
      'poetry.lock': '',
      'migrations/alembic.ini': '[alembic]\n# template\n[loggers]\nkeys = root,flask_migrate\n[logger_flask_migrate]\nlevel = INFO\n',
      'migrations/env.py':
        'from flask import current_app\nfrom alembic import context\nconfig.set_main_option("sqlalchemy.url", get_url())\n',
      'migrations/versions/1.py': revision('r', 'None'),
      '.flaskenv': 'FLASK_APP=shop\n',
      '.env': 'DATABASE_URL=mysql+pymysql://u:topsecret@h/x\n',
    });
    expect(stack).toMatchObject({
      id: 'alembic:.',
      command: ['poetry', 'run', 'flask', 'db'],
      databaseSetting: 'SQLALCHEMY_DATABASE_URI',
      dialect: 'mysql',
      settings: { flask: 'true' },
      migrationCount: 1,
    });
  });

  it.each([
    ['uv.lock', 'uv run -- alembic'],
    ['poetry.lock', 'poetry run alembic'],
    ['Pipfile', 'pipenv run alembic'],
    ['pdm.lock', 'pdm run alembic'],
    ['.venv/bin/alembic', '.venv/bin/alembic'],
    ['venv/bin/alembic', 'venv/bin/alembic'],
  ])('with %s runs %s', async (file, command) => {
    expect((await only({ ...base, [file]: '' })).command?.join(' ')).toBe(command);
  });

  it('reads the version of locks and of the virtual environment', async () => {
    expect((await only({ ...base, 'uv.lock': '[[package]]\nname = "alembic"\nversion = "1.18.5"\n' })).toolVersion).toBe('1.18.5');
    expect((await only({ ...base, '.venv/lib/python3.12/site-packages/alembic-1.13.1.dist-info/METADATA': '' })).toolVersion).toBe(
      '1.13.1',
    );
    expect((await only({ ...base, 'pyproject.toml': '[project]\ndependencies = ["alembic>=1.12,<2"]\n' })).toolVersion).toBe('>=1.12,<2');
  });

  it('follows env.py to where the URL comes from, and takes a hard-coded one by its name only', async () => {
    const imported = await only({
      ...base,
      'migrations/env.py': 'from alembic import context\nfrom shop.database import url\n',
      'shop/database.py': 'import os\nurl = os.getenv("ORDERS_DSN")\n',
    });
    expect(imported.databaseSetting).toBe('ORDERS_DSN');
    const settings = await only({
      ...base,
      'migrations/env.py':
        'from alembic import context\nfrom core import settings\ndef url():\n    return str(settings.SQLALCHEMY_DATABASE_URI)\n',
    });
    expect(settings.databaseSetting).toBe('settings.SQLALCHEMY_DATABASE_URI');
    const written = await only({
      'alembic.ini': '[alembic]\nscript_location = m\nsqlalchemy.url = mysql+pymysql://root:hunter2@db/x\n',
      'm/env.py': 'from alembic import context\n',
    });
    expect(written).toMatchObject({ databaseSetting: 'alembic.ini sqlalchemy.url', dialect: 'mysql' });
    expect(JSON.stringify(written)).not.toContain('hunter2');
  });

  it('notes an autocommit block', async () => {
    const stack = await only({
      ...base,
      'migrations/versions/1.py': revision('r', 'None', 'def x():\n    with op.get_context().autocommit_block():\n        pass\n'),
    });
    expect((await stack.list()).migrations[0]?.notes).toMatchObject([{ message: expect.stringContaining('autocommit_block'), line: 12 }]);
  });

  it('is not found in documents, in an ini of another tool, or in an env.py of its own', async () => {
    expect(
      (
        await detect({
          'README.md': '# alembic\nscript_location = x\n',
          'tox.ini': '[tox]\nenvlist = py3\n',
          'app/env.py': 'ENV = 1\n',
          'requirements.txt': 'alembic\n',
          'app/versions/1.py': revision('r', 'None'),
        })
      ).stacks,
    ).toEqual([]);
  });

  it('says that the configured folder is gone, or outside', async () => {
    expect((await only({ 'alembic.ini': '[alembic]\nscript_location = gone\n' })).undetermined.join()).toContain('does not exist');
    expect((await only({ 'alembic.ini': '[alembic]\nscript_location = ../other\n' })).undetermined.join()).toContain(
      'out of the repository',
    );
  });
});
