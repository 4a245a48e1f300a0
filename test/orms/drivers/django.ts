import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installPython } from '../install/python.js';

const manage = `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`;

const settings = (modules: string): string => `import os
from urllib.parse import unquote, urlparse
url = urlparse(os.environ["DATABASE_URL"])
SECRET_KEY = "for tests"
INSTALLED_APPS = ["store"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
${modules}DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username,
    "PASSWORD": unquote(url.password or ""), "HOST": url.hostname, "PORT": url.port}}
`;

function driver(version: string, list: string): ToolDriver {
  let programs = '';
  const folderOf = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'steps' : 'store/migrations');
  const environment = (): Record<string, string> => ({
    PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
    HOME: process.env.HOME ?? '/',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nowhere',
  });
  return {
    tool: 'django',
    label: `django ${version}`,
    async install() {
      programs = await installPython(list);
    },
    async project(root, options) {
      const home = join(root, options.folder);
      for (const folder of ['config', 'store']) {
        await mkdir(join(home, folder), { recursive: true });
        await writeFile(join(home, folder, '__init__.py'), '');
      }
      await mkdir(join(root, folderOf(options)), { recursive: true });
      await writeFile(join(root, folderOf(options), '__init__.py'), '');
      await writeFile(join(home, 'manage.py'), manage);
      await writeFile(join(home, 'config/settings.py'), settings(options.otherFolder ? 'MIGRATION_MODULES = {"store": "steps"}\n' : ''));
      await writeFile(join(home, 'requirements.txt'), `django==${version}\npsycopg[binary]\n`);
    },
    async add(root, options, migration) {
      const folder = join(root, folderOf(options));
      const files = (await readdir(folder)).filter((file) => /^\d/.test(file)).sort();
      const name = `${String(files.length + 1).padStart(4, '0')}_${migration.name}`;
      const parent = (migration.late ? files[0] : files.at(-1))?.replace(/\.py$/, '');
      const text = (sql: string): string => `"""${sql}"""`;
      const reverse = migration.down === null ? '' : `, ${text(migration.down)}`;
      await writeFile(
        join(folder, `${name}.py`),
        `from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n${migration.outsideTransaction ? '    atomic = False\n' : ''}    dependencies = [${parent === undefined ? '' : `("store", "${parent}")`}]\n    operations = [\n        migrations.RunSQL(${text(migration.up)}${reverse}),\n    ]\n`,
      );
      return `store.${name}`;
    },
    fileOf: (_root, options, name) => join(folderOf(options), `${name.replace('store.', '')}.py`),
    environment,
    variables: (address) => ({ DATABASE_URL: address.url }),
    async applyAll(root, options, address) {
      const result = await execa(join(programs, 'python'), ['manage.py', 'migrate', '--noinput'], {
        cwd: join(root, options.folder),
        env: { ...environment(), DATABASE_URL: address.url },
        extendEnv: false,
        reject: false,
        all: true,
      });
      return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
    },
    offers: {
      down: true,
      edits: { notOffered: 'Django keeps no checksum.', wayRound: 'compare with version control.' },
      one: true,
      outsideTransaction: true,
      fromModels: true,
      late: 'head',
    },
  };
}

export const django = driver('5.2.19', 'django');
export const djangoBefore = driver('4.2.26', 'django-4.2');
