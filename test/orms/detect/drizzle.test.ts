import { describe, expect, it } from 'vitest';
import { codes, detect, ids, only, packageJson } from './fixture.js';

const config = `import { defineConfig } from 'drizzle-kit';
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/schema.ts',
  out: './db/out', // not ./drizzle
  dbCredentials: { url: process.env.SHOP_URL! },
});
`;
function journal(...entries: [tag: string, when: number][]): string {
  return JSON.stringify(
    {
      version: '7',
      dialect: 'postgresql',
      entries: entries.map(([tag, when], idx) => ({ idx, version: '7', when, tag, breakpoints: true })),
    },
    null,
    1,
  );
}

describe('drizzle', () => {
  it('reads the config and the journal, whose order counts', async () => {
    const stack = await only({
      'package.json': packageJson({ 'drizzle-kit': '0.31.11' }),
      'yarn.lock': '',
      'drizzle.config.ts': config,
      'db/out/meta/_journal.json': journal(['0001_z', 1], ['0000_a', 2]),
      'db/out/0001_z.sql': 'A;\n--> statement-breakpoint\nB;',
      'db/out/0000_a.sql': 'C;',
    });
    expect(stack).toMatchObject({
      id: 'drizzle:.',
      dialect: 'postgres',
      toolVersion: '0.31.11',
      migrationFolders: ['db/out'],
      order: 'journal',
      migrationCount: 2,
      transactionMode: 'all',
      databaseSetting: 'SHOP_URL',
      command: ['yarn', 'drizzle-kit'],
      workflow: 'managed',
      undetermined: [],
    });
    expect(stack.evidence).toContainEqual({ file: 'drizzle.config.ts', line: 5, what: 'out names db/out' });
    expect((await stack.list()).migrations.map(({ name, up }) => [name, up?.sql])).toEqual([
      ['0001_z', 'A;\n--> statement-breakpoint\nB;'],
      ['0000_a', 'C;'],
    ]);
  });

  it('reads the folders of 1.0 in the order of their names', async () => {
    const stack = await only({
      'drizzle.config.ts': config,
      'db/out/20260202000000_b/migration.sql': 'B;',
      'db/out/20260202000000_b/snapshot.json': '{}',
      'db/out/20260101000000_a/migration.sql': 'A;',
      'db/out/20260101000000_a/snapshot.json': '{}',
      'db/out/20260303000000_c/snapshot.json': '{}',
    });
    expect(stack).toMatchObject({ order: 'timestamp', migrationCount: 2, settings: { format: 'folders' } });
    expect((await stack.list()).migrations.map(({ name }) => name)).toEqual(['20260101000000_a', '20260202000000_b']);
    expect(stack.problems).toMatchObject([{ code: 'MIGRATION_NOT_FOUND' }]);
  });

  it('reports what the migrator passes over in silence', async () => {
    const stack = await only({
      'drizzle.config.ts': config,
      'db/out/meta/_journal.json': journal(['0000_a', 5], ['0001_b', 5], ['0002_c', 9]),
      'db/out/0000_a.sql': '',
      'db/out/0001_b.sql': '',
      'db/out/9999_stray.sql': '',
    });
    expect(codes(stack.problems).sort()).toEqual(['CONFIG_INVALID', 'MIGRATION_NOT_FOUND', 'MIGRATION_ORDER']);
    expect(stack.problems.find(({ code }) => code === 'MIGRATION_ORDER')).toMatchObject({ file: 'db/out/meta/_journal.json' });
    expect((await stack.list()).migrations).toHaveLength(2);
  });

  it('says that a folder is computed, and from what', async () => {
    const stack = await only({ 'drizzle.config.ts': config.replace("'./db/out'", 'process.env.OUT_DIR') });
    expect(stack.migrationFolders).toEqual([]);
    expect(stack.undetermined.join()).toContain('out is computed (from OUT_DIR)');
  });

  it('makes one stack of each config, and one of two configs for one folder', async () => {
    expect(
      await ids({
        'drizzle.config.ts': config,
        'drizzle-sqlite.config.ts': config.replace('postgresql', 'sqlite').replace('db/out', 'db/lite'),
      }),
    ).toEqual(['drizzle:.', 'drizzle:.#drizzle-sqlite.config.ts']);
    expect(await ids({ 'drizzle.config.ts': config, 'drizzle.config.prod.ts': config })).toEqual(['drizzle:.']);
  });

  it.each([
    ['dialect: "sqlite", driver: "d1-http"', 'sqlite'],
    ['dialect: "mysql"', 'mysql'],
    ['dialect: "turso"', 'sqlite'],
    ['driver: "pg"', 'postgres'],
    ['driver: "better-sqlite"', 'sqlite'],
    ['dialect: "singlestore"', 'unknown'],
  ])('%s speaks %s', async (settings, dialect) => {
    expect((await only({ 'drizzle.config.js': `module.exports = { ${settings}, out: "x" }` })).dialect).toBe(dialect);
  });

  it('follows spread constants, JSON configs, scripts with --config and configs below the package', async () => {
    expect(
      await only({
        'drizzle.config.ts': "const base = { dialect: 'mysql' as const, out: './m' };\nexport default { ...base } satisfies Config;\n",
      }),
    ).toMatchObject({ dialect: 'mysql' });
    expect(await only({ 'drizzle.config.json': '{ "dialect": "sqlite", "out": "./lite" }' })).toMatchObject({ dialect: 'sqlite' });
    const nested = await only({
      'package.json': packageJson({ 'drizzle-kit': '0.31.0' }, { scripts: { generate: 'drizzle-kit generate --config=db/my.ts' } }),
      'db/my.ts': config,
      'db/out/meta/_journal.json': journal(['0000_a', 1]),
      'db/out/0000_a.sql': '',
    });
    expect(nested).toMatchObject({ folder: '.', migrationFolders: ['db/out'], migrationCount: 1 });
  });

  it('finds a journal that only the application uses', async () => {
    const stack = await only({
      'package.json': packageJson({ 'drizzle-orm': '0.45.4' }),
      'sql/meta/_journal.json': journal(['0000_a', 1]),
      'sql/0000_a.sql': 'A;',
    });
    expect(stack).toMatchObject({ folder: '.', migrationFolders: ['sql'], dialect: 'postgres' });
    expect(stack.undetermined.join()).toContain('migrate()');
  });

  it('is a push workflow without migrations', async () => {
    const stack = await only({
      'package.json': packageJson({ 'drizzle-kit': '0.31.0' }, { scripts: { 'db:push': 'drizzle-kit push' } }),
      'drizzle.config.ts': config,
    });
    expect(stack).toMatchObject({ workflow: 'push', migrationCount: 0 });
    expect(stack.evidence.map(({ what }) => what)).toContain('script db:push pushes the schema');
  });

  it('reads Windows line ends and a byte order mark', async () => {
    const stack = await only({
      'my app/drizzle.config.ts': `\uFEFF${config.replaceAll('\n', '\r\n')}`,
      'my app/db/out/meta/_journal.json': `\uFEFF${journal(['0000_a', 1])}`,
      'my app/db/out/0000_a.sql': '\uFEFFA;\r\nB;\r\n',
    });
    expect(stack).toMatchObject({ id: 'drizzle:my app', migrationCount: 1 });
    expect((await stack.list()).migrations[0]?.up?.sql).toBe('A;\r\nB;\r\n');
  });

  it('leaves a file of that name alone that has nothing to do with it', async () => {
    expect(
      (await detect({ 'drizzle.config.ts': 'export const weather = "rain";', 'meta/_journal.json': '{"entries":[{"text":"dear diary"}]}' }))
        .stacks,
    ).toEqual([]);
  });
});
