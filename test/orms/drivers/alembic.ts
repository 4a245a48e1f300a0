import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installPython } from '../install/python.js';

const environmentScript = `import os
from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
`;

const indented = (sql: string | null, outside: boolean | undefined): string => {
  if (sql === null) return '    raise NotImplementedError("no way back")\n';
  const calls = sql.split(/(?<=;)\n/).map((statement) => `op.execute("""${statement}""")`);
  if (outside) return `    with op.get_context().autocommit_block():\n${calls.map((call) => `        ${call}\n`).join('')}`;
  return calls.map((call) => `    ${call}\n`).join('');
};

function driver(version: string, list: string, scheme: string): ToolDriver {
  let programs = '';
  const scripts = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'database/steps' : 'migrations');
  const environment = (): Record<string, string> => ({
    PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
    HOME: process.env.HOME ?? '/',
  });
  const url = (address: { url: string }): string => `${scheme}://${address.url.split('://')[1]}`;
  return {
    tool: 'alembic',
    label: `alembic ${version}`,
    async install() {
      programs = await installPython(list);
    },
    async project(root, options) {
      const folder = join(root, scripts(options));
      await mkdir(join(folder, 'versions'), { recursive: true });
      await writeFile(join(folder, 'env.py'), environmentScript);
      await writeFile(join(folder, 'script.py.mako'), '');
      const location = options.otherFolder ? 'database/steps' : 'migrations';
      await writeFile(
        join(root, options.folder, 'alembic.ini'),
        `[alembic]\nscript_location = %(here)s/${location}\nprepend_sys_path = .\n`,
      );
      await writeFile(join(root, options.folder, 'requirements.txt'), `alembic==${version}\npsycopg2-binary\n`);
    },
    async add(root, options, migration) {
      const folder = join(root, scripts(options), 'versions');
      const files = (await readdir(folder)).filter((file) => file.endsWith('.py')).sort();
      const id = `${String((files.length + 1) * 10).padStart(4, '0')}`;
      const parent = migration.late ? files[0] : files.at(-1);
      const down = parent === undefined ? 'None' : `"${parent.split('_')[0]}"`;
      await writeFile(
        join(folder, `${id}_${migration.name}.py`),
        `"""${migration.name}"""\nfrom alembic import op\n\nrevision = "${id}"\ndown_revision = ${down}\nbranch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n${indented(migration.up, migration.outsideTransaction)}\n\ndef downgrade():\n${indented(migration.down, migration.outsideTransaction)}`,
      );
      return id;
    },
    fileOf(_root, options, name) {
      const titles: Record<string, string> = { '0010': 'make_customers', '0020': 'make_orders' };
      return join(scripts(options), 'versions', `${name}_${titles[name] ?? ''}.py`);
    },
    environment,
    variables: (address) => ({ DATABASE_URL: url(address) }),
    async applyAll(root, options, address) {
      const result = await execa(join(programs, 'alembic'), ['upgrade', 'heads'], {
        cwd: join(root, options.folder),
        env: { ...environment(), DATABASE_URL: url(address) },
        extendEnv: false,
        reject: false,
        all: true,
      });
      return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
    },
    offers: {
      down: true,
      edits: { notOffered: 'Alembic keeps no checksum.', wayRound: 'compare with version control.' },
      one: true,
      outsideTransaction: true,
      fromModels: true,
      late: 'head',
    },
  };
}

export const alembic = driver('1.20.0', 'alembic', 'postgresql+psycopg');
export const alembicBefore = driver('1.8.1', 'alembic-1.8', 'postgresql');
