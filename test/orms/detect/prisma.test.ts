import { describe, expect, it } from 'vitest';
import { codes, detect, only, packageJson } from './fixture.js';

const schema = `// the shop
generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("SHOP_URL")
}

model User { id Int @id }
`;
const lock = 'provider = "postgresql"\n';

describe('prisma', () => {
  it('finds the default schema, its migrations in order, and their SQL', async () => {
    const stack = await only({
      'package.json': packageJson({ prisma: '6.19.3' }),
      'package-lock.json': '{}',
      'prisma/schema.prisma': schema,
      'prisma/migrations/migration_lock.toml': lock,
      'prisma/migrations/20260202000000_b/migration.sql': 'B;',
      'prisma/migrations/20260101000000_a/migration.sql': 'A;',
      'prisma/migrations/20260101000000_a/down.sql': 'undo A;',
    });
    expect(stack).toMatchObject({
      id: 'prisma:.',
      tool: 'prisma',
      supported: true,
      workflow: 'managed',
      toolVersion: '6.19.3',
      dialect: 'postgres',
      migrationFolders: ['prisma/migrations'],
      order: 'timestamp',
      migrationCount: 2,
      command: ['npx', '--no-install', 'prisma'],
      databaseSetting: 'SHOP_URL',
      transactionMode: 'one-string',
      problems: [],
      undetermined: [],
    });
    expect(stack.evidence).toContainEqual({ file: 'prisma/schema.prisma', line: 6, what: 'datasource db (postgresql)' });
    expect(stack.evidence).toContainEqual({ file: 'package.json', line: 4, what: 'depends on prisma' });
    const { migrations, problems } = await stack.list();
    expect(problems).toEqual([]);
    expect(migrations.map(({ name, position, up, down }) => [name, position, up?.sql, down?.sql])).toEqual([
      ['20260101000000_a', 0, 'A;', 'undo A;'],
      ['20260202000000_b', 1, 'B;', undefined],
    ]);
    expect(migrations[0]).toMatchObject({
      stack: 'prisma:.',
      file: 'prisma/migrations/20260101000000_a/migration.sql',
      transactionMode: 'one-string',
      unrendered: null,
    });
  });

  it('calls a schema without migrations a push workflow', async () => {
    const stack = await only({ 'package.json': packageJson({ prisma: '6.0.0' }), 'prisma/schema.prisma': schema });
    expect(stack).toMatchObject({ workflow: 'push', migrationCount: 0, migrationFolders: [] });
    expect(stack.workflowNote).toMatch(/db push/);
  });

  it.each([
    [
      'package.json#prisma',
      {
        'package.json': packageJson({ prisma: '5.22.0' }, { prisma: { schema: 'db/my schema.prisma' } }),
        'db/my schema.prisma': schema,
        'db/migrations/1_a/migration.sql': ';',
      },
      'db/migrations',
    ],
    [
      'a script',
      {
        'package.json': packageJson({ prisma: '5.22.0' }, { scripts: { migrate: 'prisma migrate deploy --schema=db/s.prisma' } }),
        'db/s.prisma': schema,
        'db/migrations/1_a/migration.sql': ';',
      },
      'db/migrations',
    ],
    [
      'prisma.config.ts',
      {
        'package.json': packageJson({ prisma: '7.10.0' }),
        'prisma.config.ts': `import { defineConfig, env } from 'prisma/config';\n// schema: 'no'\nexport default defineConfig({ schema: 'db/s.prisma', migrations: { path: "db/history" }, datasource: { url: env('X_URL') } });`,
        'db/s.prisma': 'datasource db { \n provider = "postgresql"\n }',
        'db/history/1_a/migration.sql': ';',
      },
      'db/history',
    ],
    [
      'path.join in a config',
      {
        'prisma.config.mts': `import path from 'node:path';\nconst root = 'db';\nexport default { schema: path.join(root, 's.prisma') } satisfies PrismaConfig`,
        'db/s.prisma': schema,
        'db/migrations/1_a/migration.sql': ';',
      },
      'db/migrations',
    ],
    [
      '.config/prisma.ts',
      { '.config/prisma.ts': 'export default { schema: "db/s.prisma" }', 'db/s.prisma': schema, 'db/migrations/1_a/migration.sql': ';' },
      'db/migrations',
    ],
    [
      'a folder of schema files',
      {
        'prisma.config.js': 'module.exports = { schema: "./db/schema" }',
        'db/schema/main.prisma': schema,
        'db/schema/user.prisma': 'model A { id Int @id }',
        'db/schema/migrations/1_a/migration.sql': ';',
      },
      'db/schema/migrations',
    ],
  ])('follows %s', async (_name, files, folder) => {
    const stack = await only(files as unknown as Record<string, string>);
    expect(stack).toMatchObject({ migrationFolders: [folder], migrationCount: 1, dialect: 'postgres', workflow: 'managed' });
  });

  it('says what a config computes, and names the variable', async () => {
    const stack = await only({
      'package.json': packageJson({ prisma: '7.1.0' }),
      'prisma.config.ts': 'export default defineConfig({ migrations: { path: process.env.MIGRATIONS ? x() : y } })',
      'prisma/schema.prisma': schema,
    });
    expect(stack.undetermined.join()).toContain('migrations.path is computed (from MIGRATIONS)');
  });

  it.each([
    ['5.22.0', 'one-string'],
    ['7.3.0', 'one-string'],
    ['7.4.0', 'none'],
    ['^6.1.0', 'one-string'],
    ['^7.0.0', 'none'],
  ])('prisma %s sends files to PostgreSQL as %s', async (version, mode) => {
    expect(
      (
        await only({
          'package.json': packageJson({ prisma: version }),
          'prisma/schema.prisma': schema,
          'prisma/migrations/1_a/migration.sql': ';',
        })
      ).transactionMode,
    ).toBe(mode);
  });

  it.each([
    ['pnpm-lock.yaml', ['pnpm', 'exec', 'prisma']],
    ['yarn.lock', ['yarn', 'prisma']],
    ['bun.lock', ['bunx', '--no-install', 'prisma']],
    ['bun.lockb', ['bunx', '--no-install', 'prisma']],
    ['npm-shrinkwrap.json', ['npx', '--no-install', 'prisma']],
  ])('%s decides how commands are run', async (lockfile, command) => {
    expect(
      (await only({ 'package.json': packageJson({ prisma: '6.0.0' }), [lockfile]: '{}', 'prisma/schema.prisma': schema })).command,
    ).toEqual(command);
  });

  it('takes packageManager before the lockfile, and the version from the lockfile', async () => {
    const stack = await only({
      'package.json': packageJson({}, { packageManager: 'pnpm@9.1.0' }),
      'yarn.lock': '',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\npackages:\n\n  prisma@6.19.3:\n    resolution: {}\n",
      'packages/db/package.json': packageJson({ prisma: '^6.0.0' }),
      'packages/db/prisma/schema.prisma': schema,
    });
    expect(stack).toMatchObject({ id: 'prisma:packages/db', command: ['pnpm', 'exec', 'prisma'], toolVersion: '6.19.3' });
  });

  it('takes the installed version first, and says when only a range is known', async () => {
    const files = { 'package.json': packageJson({ prisma: '^6.0.0' }), 'prisma/schema.prisma': schema };
    expect((await only({ ...files, 'node_modules/prisma/package.json': '{"version":"6.2.1"}' })).toolVersion).toBe('6.2.1');
    expect((await only(files)).undetermined.join()).toContain('exact version of prisma: only the range ^6.0.0');
  });

  it('reports folders without SQL, a foreign lock file, Prisma 8 and the JavaScript engine of 6', async () => {
    const base = { 'prisma/schema.prisma': schema, 'prisma/migrations/1_a/migration.sql': ';' };
    const empty = await only({ ...base, 'package.json': packageJson({ prisma: '6.0.0' }), 'prisma/migrations/2_b/notes.txt': '' });
    expect(empty.problems).toMatchObject([{ code: 'MIGRATION_NOT_FOUND', file: 'prisma/migrations/2_b' }]);
    expect(codes((await only({ ...base, 'prisma/migrations/migration_lock.toml': 'provider = "mysql"' })).problems)).toContain(
      'CONFIG_INVALID',
    );
    expect(codes((await only({ ...base, 'package.json': packageJson({ prisma: '8.0.0' }) })).problems)).toContain('NOT_SUPPORTED_YET');
    expect(
      codes(
        (
          await only({
            ...base,
            'package.json': packageJson({ prisma: '6.9.0' }),
            'prisma.config.ts': 'export default { engine: "js", adapter: async () => x }',
          })
        ).problems,
      ),
    ).toContain('CONFIG_INVALID');
  });

  it('does not take a datasource in a comment, nor a schema in node_modules', async () => {
    expect(
      (await detect({ 'a.prisma': '// datasource db { provider = "postgresql" }\n/* */', 'node_modules/x/schema.prisma': schema })).stacks,
    ).toEqual([]);
  });

  it('names a schema that the configuration misses', async () => {
    const { stacks, problems } = await detect({ 'package.json': packageJson({ prisma: '5.0.0' }, { prisma: { schema: 'gone.prisma' } }) });
    expect(stacks).toEqual([]);
    expect(problems).toMatchObject([{ code: 'PATH_NOT_FOUND' }]);
  });

  it('takes directUrl before url', async () => {
    expect(
      (await only({ 'prisma/schema.prisma': schema.replace('url      =', 'directUrl = env("DIRECT")\n  url =') })).databaseSetting,
    ).toBe('DIRECT');
  });
});
