import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installPrisma, installSchemaEngine } from '../install/prisma.js';

const model = 'model customers {\n  id BigInt @id\n}\n';

/** The real CLI over the stand-in engine of `test/orms/prisma-schema-engine`. */
function driver(major: 6 | 7, version: string): ToolDriver {
  let modules = '';
  let engine = '';
  const schemaFolder = (options: ProjectOptions): string => (options.otherFolder && major === 6 ? 'database' : 'prisma');
  const folderOf = (options: ProjectOptions): string =>
    join(options.folder, options.otherFolder && major === 7 ? 'database/steps' : `${schemaFolder(options)}/migrations`);
  const environment = (): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '/',
    PRISMA_SCHEMA_ENGINE_BINARY: engine,
    PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
  });
  return {
    tool: 'prisma',
    label: `prisma ${version}`,
    async install() {
      modules = await installPrisma(major, version);
      engine = await installSchemaEngine();
    },
    async project(root, options) {
      const home = join(root, options.folder);
      await mkdir(join(home, schemaFolder(options)), { recursive: true });
      await mkdir(join(root, folderOf(options)), { recursive: true });
      await symlink(modules, join(home, 'node_modules'));
      const schema = options.otherFolder && major === 6 ? { prisma: { schema: 'database/schema.prisma' } } : {};
      await writeFile(
        join(home, 'package.json'),
        JSON.stringify({
          name: 'shop',
          private: true,
          type: 'module',
          ...schema,
          dependencies: { prisma: version, '@prisma/client': version },
        }),
      );
      const url = major === 6 ? '  url = env("DATABASE_URL")\n' : '';
      await writeFile(
        join(home, schemaFolder(options), 'schema.prisma'),
        `datasource db {\n  provider = "postgresql"\n${url}}\n\n${model}`,
      );
      await writeFile(join(root, folderOf(options), 'migration_lock.toml'), 'provider = "postgresql"\n');
      if (major === 7) {
        const path = options.otherFolder ? 'database/steps' : 'prisma/migrations';
        await writeFile(
          join(home, 'prisma.config.ts'),
          `import { defineConfig, env } from 'prisma/config';\n\nexport default defineConfig({\n  schema: 'prisma/schema.prisma',\n  migrations: { path: '${path}' },\n  datasource: { url: env('DATABASE_URL') },\n});\n`,
        );
      }
    },
    async add(root, options, migration) {
      const parent = join(root, folderOf(options));
      const number = migration.late ? 5 : (await readdir(parent)).length * 10;
      const name = `20260101${String(number).padStart(6, '0')}_${migration.name}`;
      await mkdir(join(parent, name));
      await writeFile(join(parent, name, 'migration.sql'), `${migration.up}\n`);
      if (migration.down !== null) await writeFile(join(parent, name, 'down.sql'), `${migration.down}\n`);
      return name;
    },
    fileOf: (_root, options, name) => join(folderOf(options), name, 'migration.sql'),
    environment,
    variables: (address) => ({ DATABASE_URL: address.url }),
    async applyAll(root, options, address) {
      const result = await execa('node', ['node_modules/prisma/build/index.js', 'migrate', 'deploy'], {
        cwd: join(root, options.folder),
        env: { ...environment(), DATABASE_URL: address.url },
        extendEnv: false,
        stdin: 'ignore',
        reject: false,
        all: true,
      });
      return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
    },
    offers: {
      down: true,
      edits: true,
      one: { notOffered: 'migrate deploy takes no target.', wayRound: 'a temporary copy of the migrations up to that one.' },
      outsideTransaction: true,
      fromModels: true,
      late: 'applied',
    },
  };
}

export const prisma7 = driver(7, '7.10.0');
export const prisma6 = driver(6, '6.19.3');
