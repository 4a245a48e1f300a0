import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockkeeperError } from '../../../src/core/errors.js';
import { detectStacks, findStack, listMigrations, Repository } from '../../../src/orms/index.js';
import { codes, detect, packageJson, repository, type Content } from './fixture.js';

const schema = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n';
const prisma = (folder: string): Record<string, Content> => ({
  [`${folder}/schema.prisma`]: schema,
  [`${folder}/migrations/1_a/migration.sql`]: 'SELECT 1;',
});

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof LockkeeperError) return error.problem.code;
  }
  return 'none';
}

describe('bad input', () => {
  it('a missing folder and a file each give a clear error', async () => {
    await expect(detectStacks('/nowhere/at/all')).rejects.toMatchObject({ problem: { code: 'PATH_NOT_FOUND', next: expect.any(String) } });
    await expect(detectStacks(join(repository({ file: '' }), 'file'))).rejects.toMatchObject({
      problem: { code: 'PATH_NOT_FOUND', message: 'file is a file, not a folder.' },
    });
  });

  it('an empty repository has no stacks and no problems', async () => {
    expect(await detectStacks(repository({}))).toEqual({ stacks: [], problems: [] });
  });

  it('a binary and a 200 MB migration are named, and the rest is listed', async () => {
    const { stacks, root } = await detect({
      ...prisma('.'),
      'migrations/2_b/migration.sql': new Uint8Array([1, 0, 2]),
      'migrations/3_c/migration.sql': { size: 200 * 1024 * 1024 },
    });
    expect(stacks[0]).toMatchObject({ migrationCount: 3 });
    const { migrations, problems } = await listMigrations(root, stacks[0]!);
    expect(migrations.map(({ name }) => name)).toEqual(['1_a']);
    expect(problems).toMatchObject([
      { code: 'NOT_TEXT', file: 'migrations/2_b/migration.sql' },
      { code: 'FILE_TOO_LARGE', file: 'migrations/3_c/migration.sql', message: expect.stringContaining('200 MB') },
    ]);
  });

  it.each<[string, string, string, number | null]>([
    ['package.json', '{\n  "dependencies": {\n', 'JSON', 3],
    ['pyproject.toml', '[project]\nname = \n', 'TOML', 2],
    ['pom.xml', '<project>\n<a></b>\n</project>', 'XML', 2],
    ['dbconfig.yml', 'a: [1\nb: 2\n', 'YAML', null],
    ['flyway.toml', 'password = hunter2 oops', 'TOML', 1],
    ['src/main/resources/application.yml', 'a: b: c: hunter2\n  - x', 'YAML', null],
    ['Cargo.toml', '[[[', 'TOML', 1],
  ])('a broken %s is reported with its line and never quoted', async (file, text, format, line) => {
    const { stacks, problems } = await detect({ ...prisma('db'), [file]: text });
    expect(stacks.map(({ tool }) => tool)).toEqual(['prisma']);
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: 'BROKEN_CONFIG',
        file,
        message: expect.stringContaining(format),
        next: expect.any(String),
        ...(line === null ? {} : { line }),
      }),
    );
    expect(JSON.stringify(problems)).not.toContain('hunter2');
    expect(JSON.stringify(problems)).not.toMatch(/\bat .*\.ts:/);
  });

  it('broken code of a config keeps nothing else from being found', async () => {
    const { stacks } = await detect({
      ...prisma('db'),
      'drizzle.config.ts': 'import { defineConfig } from "drizzle-kit"; export default defineConfig({ out: "x", dialect: `pos${',
      'manage.py': 'DJANGO_SETTINGS_MODULE = ((("',
      'alembic.ini': '[alembic\nscript_location',
    });
    expect(stacks.map(({ tool }) => tool).sort()).toEqual(['django', 'drizzle', 'prisma']);
  });

  it('a link out of the repository is not followed, by the walk or by name', async () => {
    const outside = repository({ ...prisma('.'), secret: 'hunter2' });
    const { stacks, problems, root } = await detect({
      out: { link: outside },
      'package.json': packageJson({ prisma: '6.0.0' }, { prisma: { schema: 'out/schema.prisma' } }),
      'file.prisma': { link: join(outside, 'schema.prisma') },
      ...prisma('in'),
    });
    expect(stacks.map(({ evidence }) => evidence.some(({ file }) => file.startsWith('out')))).toEqual([false]);
    expect(codes(problems)).toContain('PATH_OUTSIDE_PROJECT');
    const opened = await Repository.open(root);
    for (const path of ['out/secret', '../x', '/etc/passwd']) expect(problemOf(() => opened.read(path))).toBe('PATH_OUTSIDE_PROJECT');
    expect(JSON.stringify(problems)).not.toContain(outside);
  });

  it('cyclic links are reported and survived', async () => {
    const { stacks, problems } = await detect({
      ...prisma('db'),
      'db/loop': { link: '..' },
      a: { link: 'b' },
      b: { link: 'a' },
      gone: { link: 'nowhere' },
    });
    expect(stacks).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: 'UNREADABLE', message: expect.stringContaining('cyclic') },
      { code: 'UNREADABLE' },
      { code: 'UNREADABLE' },
    ]);
  });

  it('a link inside the repository is one place, not two stacks', async () => {
    const { stacks } = await detect({
      ...prisma('packages/db'),
      'apps/web/prisma': { link: '../../packages/db' },
      'apps/web/package.json': packageJson({ prisma: '6.0.0' }, { prisma: { schema: 'prisma/schema.prisma' } }),
    });
    expect(stacks.every(({ migrationCount }) => migrationCount === 1)).toBe(true);
    expect(stacks).toHaveLength(1);
  });

  it('limits on files and depth are kept and said', async () => {
    const root = repository(Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`${number % 5}/${number}.txt`, ''])));
    const few = await Repository.open(root, { maximumFiles: 10 });
    expect(few.truncated).toBe(true);
    expect(codes(few.problems)).toEqual(['UNREADABLE']);
    expect((await Repository.open(repository({ 'a/b/c/d': '' }), { maximumDepth: 1 })).truncated).toBe(true);
  });
});

describe('a whole repository', () => {
  it('finds every stack of a monorepo, with unique ids, and each by its id', async () => {
    const { stacks } = await detect({
      ...prisma('packages/db/prisma'),
      'packages/db/package.json': packageJson({ prisma: '6.0.0' }),
      'packages/log/drizzle.config.ts': 'export default { dialect: "sqlite", out: "./m" }',
      'services/api/alembic.ini': '[alembic]\nscript_location = m\n',
      'services/api/m/env.py': 'from alembic import context\n',
      'services/shop/manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "s")',
      'services/go/go.mod': 'module x\n',
      'services/go/m/1_a.sql': '-- +goose Up\nSELECT 1;\n',
      'services/rust/diesel.toml': '',
      'services/rust/migrations/1_a/up.sql': ';',
      'services/java/flyway.toml': '[flyway]\n',
      'services/java/sql/V1__a.sql': '',
      'my tools/knexfile.js': 'module.exports = { client: "pg" }',
    });
    expect(stacks.map(({ id }) => id)).toEqual([
      'knex:my tools',
      'prisma:packages/db',
      'drizzle:packages/log',
      'alembic:services/api',
      'goose:services/go',
      'flyway:services/java',
      'diesel:services/rust',
      'django:services/shop',
    ]);
    expect(findStack(stacks, 'goose:services/go').tool).toBe('goose');
    expect(findStack(stacks, 'goose').id).toBe('goose:services/go');
    expect(findStack(stacks, 'packages/log/').id).toBe('drizzle:packages/log');
    expect(problemOf(() => findStack(stacks, 'nothing'))).toBe('STACK_NOT_FOUND');
    expect(problemOf(() => findStack([...stacks, { ...stacks[1]!, id: 'prisma:x' }], 'prisma'))).toBe('STACK_NOT_FOUND');
  });

  it('gives the same answer twice, and one that survives JSON', async () => {
    const root = repository({ ...prisma('a'), ...prisma('b') });
    const first = await detectStacks(root);
    expect(await detectStacks(root)).toEqual(first);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    expect((await listMigrations(root, JSON.parse(JSON.stringify(first.stacks[1])))).migrations).toHaveLength(1);
  });

  it('looks through tens of thousands of files quickly', async () => {
    const root = repository(prisma('db'));
    for (let folder = 0; folder < 200; folder += 1) {
      mkdirSync(join(root, `src/${folder}`), { recursive: true });
      for (let file = 0; file < 100; file += 1) writeFileSync(join(root, `src/${folder}/${file}.ts`), 'export {};');
    }
    const start = performance.now();
    const { stacks } = await detectStacks(root);
    expect(stacks).toHaveLength(1);
    // About a tenth of a second for the walk on an idle machine; the bound leaves room for a busy one.
    expect(performance.now() - start).toBeLessThan(5000);
  }, 60_000);

  it('never shows a secret, wherever it was planted', async () => {
    const unsafe = /["'\\\s${}#;@:/%<>&!=,?[\]()|`*-]/;
    const secrets = fastCheck.stringMatching(/^[A-Za-z0-9]{12,20}$/).filter((text) => !unsafe.test(text));
    await fastCheck.assert(
      fastCheck.asyncProperty(secrets, async (word) => {
        const secret = `Zq${word}`;
        const url = (scheme: string): string => `${scheme}://user:${secret}@host:5432/name`;
        const files: Record<string, Content> = {
          '.env': `DATABASE_URL=${url('postgres')}\nGOOSE_DRIVER=postgres\nGOOSE_DBSTRING=${url('postgres')}\nGOOSE_MIGRATION_DIR=go/m\nFLYWAY_URL=${url('jdbc:postgresql')}\n`,
          'p/schema.prisma': `datasource db {\n provider = "postgresql"\n url = "${url('postgresql')}"\n shadowDatabaseUrl = "${url('postgresql')}"\n}`,
          'p7/prisma.config.ts': `export default { schema: "s.prisma", datasource: { url: "${url('postgresql')}" } }`,
          'p7/s.prisma': 'datasource db { \n provider = "postgresql"\n}',
          'd/drizzle.config.ts': `export default { dialect: process.env.X ?? "${url('postgres')}", out: process.env.OUT ?? "${secret}", dbCredentials: { url: process.env.U || "${url('postgres')}", password: "${secret}" } }`,
          'a/alembic.ini': `[alembic]\nscript_location = m\nsqlalchemy.url = ${url('postgresql+psycopg')}\n`,
          'a/m/env.py': `from alembic import context\nurl = os.getenv("U", "${url('postgresql')}")\ncontext.configure(url=f"${url('postgresql')}{x}")\n`,
          'a/m/versions/1.py': `revision = make("${secret}")\ndown_revision = "x" + pick("${secret}")\n`,
          'j/manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "s")',
          'j/s.py': `SECRET_KEY = "${secret}"\nINSTALLED_APPS = []\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "PASSWORD": "${secret}", "OPTIONS": {"x": "${secret}"}}, "other": dj_database_url.parse("${url('postgres')}")}\n`,
          'go/go.mod': 'module x\nrequire github.com/pressly/goose/v3 v3.27.3\nrequire gorm.io/gorm v1.0.0\n',
          'go/Makefile': `up:\n\tgoose -dir m postgres "${url('postgres')}" up\n\tmigrate -path k -database ${url('postgres')} up\n`,
          'go/m/1_a.sql': '-- +goose Up\nSELECT 1;\n',
          'go/k/1_a.up.sql': '',
          'go/main.go': `package main\nfunc f() { db := gorm.Open(postgres.Open("${url('postgres')}")); db.AutoMigrate(&A{}) }\n`,
          'r/diesel.toml': '',
          'r/Cargo.toml': '[dependencies]\ndiesel = "2"\n',
          'r/migrations/1_a/up.sql': ';',
          'r/.env': `DATABASE_URL=${url('mysql')}\n`,
          'f/flyway.toml': `[flyway]\nlocations = ["filesystem:sql"]\n[flyway.placeholders]\ntoken = "${secret}"\n[environments.default]\nurl = "jdbc:postgresql://h/x?password=${secret}"\npassword = "${secret}"\n`,
          'f/sql/V1__a.sql': 'SELECT 1;',
          'f2/pom.xml': `<project><build><plugins><plugin><groupId>org.flywaydb</groupId><artifactId>flyway-maven-plugin</artifactId><configuration><url>${url('jdbc:postgresql')}</url><password>${secret}</password></configuration></plugin></plugins></build></project>`,
          'f3/build.gradle': `plugins { id "org.flywaydb.flyway" version "11.0.0" }\nflyway {\n  url = "${url('jdbc:postgresql')}"\n  password = "${secret}"\n  schemas = [x("${secret}")]\n}\n`,
          'f4/pom.xml':
            '<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId></dependency></dependencies></project>',
          'f4/src/main/resources/application.properties': `spring.datasource.url=${url('jdbc:postgresql')}\nspring.datasource.password=${secret}\nspring.flyway.password=${secret}\n`,
          'k/knexfile.js': `module.exports = { client: "pg", connection: "${url('postgres')}" }`,
          't/package.json': packageJson({ typeorm: '1.0.0' }),
          't/d.ts': '',
          't/source.ts': `import { DataSource } from "typeorm"; new DataSource({ type: "postgres", url: "${url('postgres')}", password: "${secret}" })`,
          's/.sequelizerc': '',
          's/config/config.json': `{"production":{"dialect":"postgres","password":"${secret}"}}`,
          'l/liquibase.properties': `changeLogFile=c.xml\nurl=${url('jdbc:postgresql')}\npassword=${secret}\n`,
          'l/c.xml': '<databaseChangeLog/>',
          'rails/config/database.yml': `x:\n  adapter: postgresql\n  password: ${secret}\n`,
          'rails/db/migrate/1_a.rb': 'class A < ActiveRecord::Migration[7.0]\nend',
          'sm/dbconfig.yml': `development:\n  dialect: postgres\n  datasource: ${url('postgres')}\n  dir: m\n`,
          'sm/m/1.sql': '-- +migrate Up\n',
          'bad/package.json': `{"x": "${secret}" oops`,
          'bad/flyway.toml': `[flyway]\npassword = ${secret} oops`,
          'bad2/pom.xml': `<project><password>${secret}</project>`,
          'bad3/dbconfig.yml': `a: [${secret}\nb: 1`,
        };
        const { stacks, problems, root } = await detect(files);
        expect(stacks.length).toBeGreaterThan(15);
        const answer = [JSON.stringify({ stacks, problems })];
        for (const stack of stacks) answer.push(JSON.stringify(await listMigrations(root, stack)));
        expect(answer.join('\n')).not.toContain(secret);
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});
