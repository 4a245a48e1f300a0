// Flyway in a Maven build, its Java migrations, and states of its record, with the real plugin. Runs on the servers of support/servers.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import { runMigrations } from '../../src/operations/run-migrations.js';
import { status } from '../../src/operations/status.js';
import { testServers } from '../support/servers.js';
import { administer } from './conformance/world.js';

const server = testServers().at(-1);
const roots: string[] = [];
const databases: string[] = [];
const resources = 'src/main/resources/db/migration';

const pom = (configuration = ''): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>lockkeeper.test</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId><version>11.20.3</version></dependency>
    <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.11</version></dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.flywaydb</groupId>
        <artifactId>flyway-maven-plugin</artifactId>
        <version>11.20.3</version>
        <configuration>
          <locations><location>classpath:db/migration</location></locations>
          ${configuration}
        </configuration>
        <dependencies>
          <dependency><groupId>org.flywaydb</groupId><artifactId>flyway-database-postgresql</artifactId><version>11.20.3</version></dependency>
          <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.11</version></dependency>
        </dependencies>
      </plugin>
    </plugins>
  </build>
</project>
`;

const java = (name: string, body: string): string => `package db.migration;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

public class ${name} extends BaseJavaMigration {
  public void migrate(Context context) throws Exception {
    ${body}
  }
}
`;

const note = java(
  'V2__Note',
  `context.getConnection().createStatement().execute("ALTER TABLE orders ADD COLUMN note text");
    try (var update = context.getConnection().prepareStatement("UPDATE orders SET note = ? WHERE id > ?")) {
      update.setString(1, "it's new");
      update.setLong(2, 5);
      update.executeUpdate();
    }`,
);

async function project(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'lockkeeper-flyway-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  LC_ALL: 'C.UTF-8',
  ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
  ...(server ? { SCRATCH_URL: server.adminUrl } : {}),
  ...more,
});

async function database(): Promise<{ url: string; jdbc: string }> {
  const name = `flyway_${process.pid}_${Math.floor(Math.random() * 1e9).toString(36)}`;
  await administer(server!, `CREATE DATABASE ${name}`);
  databases.push(name);
  const url = new URL(server!.url(name));
  return { url: url.href, jdbc: `jdbc:postgresql://${url.host}/${name}?user=${url.username}&password=${url.password}` };
}

describe.skipIf(server === undefined)('Flyway over Maven', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    await execa('mvn', ['--version']).catch((error: unknown) => {
      throw new Error(`Maven is missing: ${String(error)}`);
    });
  });
  afterEach(async () => {
    for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true, maxRetries: 3 });
    for (const name of databases.splice(0)) await administer(server!, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });

  test('versions are applied one by one by the plugin, with placeholders, .conf and callbacks; status agrees', async () => {
    const root = await project({
      'pom.xml': pom('<placeholders><kind>text</kind></placeholders>'),
      [`${resources}/V1__orders.sql`]:
        'CREATE TABLE orders (id bigint PRIMARY KEY, state ${kind}); -- ${flyway:filename} ${flyway:timestamp}\n',
      [`${resources}/V2__fill.sql`]: "DO $$ BEGIN UPDATE orders SET state = 'new'; COMMIT; END $$;\n",
      [`${resources}/V2__fill.sql.conf`]: 'executeInTransaction=false\n',
      [`${resources}/R__open_orders.sql`]: "CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders WHERE state = 'new';\n",
      [`${resources}/beforeMigrate.sql`]: "SELECT set_config('shop.migrates', 'yes', false);\n",
    });
    const target = await database();
    const context = { workingFolder: root, environment: environment({ SHOP: target.url }) };
    const judged = await assess({ project: root, stack: 'flyway:.' }, context);
    expect(judged.statements[0]?.sql).toContain('state text');
    expect(judged.problems).toContainEqual(
      expect.objectContaining({ file: `${resources}/beforeMigrate.sql`, message: expect.stringContaining('callback') }),
    );
    const run = () => runMigrations({ project: root, databaseVariable: 'SHOP', direction: 'up', throwAway: true }, context);
    // The plugin reads the class path: what is new must be where classes are.
    await execa('mvn', ['-q', '-B', 'process-resources'], { cwd: root, env: environment(), extendEnv: false });
    const first = await run();
    expect(first, JSON.stringify(first)).toMatchObject({ succeeded: true, steps: [{ migration: 'V1__orders.sql', outcome: 'done' }] });
    const second = await run();
    expect(second, JSON.stringify(second)).toMatchObject({ succeeded: true, steps: [{ migration: 'V2__fill.sql', outcome: 'done' }] });
    // With the newest version Flyway runs the repeatable ones as well, and the answer says so.
    expect(second.steps[0]?.notes.join()).toContain('R__open_orders.sql');
    const answer = await status({ project: root, databaseVariable: 'SHOP' }, context);
    expect(answer.migrations.map(({ name, state, edited }) => [name, state, edited])).toEqual([
      ['V1__orders.sql', 'applied', false],
      ['V2__fill.sql', 'applied', false],
      ['R__open_orders.sql', 'applied', null],
    ]);
    await expect(
      runMigrations({ project: root, databaseVariable: 'SHOP', direction: 'down', throwAway: true }, context),
    ).rejects.toMatchObject({ problem: { code: 'NOT_OFFERED' } });
  });

  test('a Java migration is recorded on a throw-away database, embedded or on a server; what fails is unknown', async () => {
    const root = await project({
      'pom.xml': pom(),
      [`${resources}/V1__orders.sql`]: 'CREATE TABLE orders (id bigint PRIMARY KEY, state text);\n',
      'src/main/java/db/migration/V2__Note.java': note,
    });
    for (const throwAwayVariable of [undefined, 'SCRATCH_URL']) {
      const input = { project: root, stack: 'flyway:.', render: true, ...(throwAwayVariable === undefined ? {} : { throwAwayVariable }) };
      const answer = await assess(input, { workingFolder: root, environment: environment() });
      expect(
        answer.statements.map((each) => `${each.source?.file.split('/').at(-1)}:${each.source?.line} ${each.kind}`),
        JSON.stringify(answer.problems),
      ).toEqual(['V1__orders.sql:1 createTable', 'V2__Note.java:null addColumn', 'V2__Note.java:null update']);
      expect(answer.statements[2]?.sql).toContain("note = 'it''s new' WHERE id > '5'");
      expect(answer.problems.map((each) => each.code)).toContain('PROJECT_CODE_RAN');
    }
    await writeFile(
      join(root, 'src/main/java/db/migration/V3__Broken.java'),
      java('V3__Broken', 'context.getConnection().createStatement().execute("ALTER TABLE nowhere ADD COLUMN a int");'),
    );
    const broken = await assess({ project: root, stack: 'flyway:.', render: true }, { workingFolder: root, environment: environment() });
    expect(broken.coverage.unanalysed).toEqual([
      expect.objectContaining({ migration: 'V3__Broken.java', next: expect.stringContaining('nowhere') }),
    ]);
    const unasked = await assess(
      { project: root, stack: 'flyway:.' },
      { workingFolder: root, environment: environment({ PATH: '/nonexistent' }) },
    );
    expect(unasked.coverage.unanalysed.map((each) => each.migration)).toEqual(['V2__Note.java', 'V3__Broken.java']);
  });

  test('a baseline, a row given up by repair and one newer than the files are told as Flyway takes them', async () => {
    const root = await project({
      'pom.xml': pom(),
      [`${resources}/V1__old.sql`]: 'CREATE TABLE old (id int);\n',
      [`${resources}/V2__orders.sql`]: 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
      [`${resources}/V3__lost.sql`]: 'CREATE TABLE lost (id int);\n',
    });
    const target = await database();
    const context = { workingFolder: root, environment: environment({ SHOP: target.url }) };
    const maven = (...words: string[]) =>
      execa('mvn', ['-q', '-B', 'process-resources', ...words, `-Dflyway.url=${target.jdbc}`], {
        cwd: root,
        env: environment(),
        extendEnv: false,
        reject: false,
        all: true,
      });
    const states = async () => {
      const answer = await status({ project: root, databaseVariable: 'SHOP' }, context);
      return {
        states: answer.migrations.map((each) => `${each.name} ${each.state}`),
        kinds: answer.recoveries.map((each) => each.kind),
        next: answer.next,
      };
    };
    expect((await maven('flyway:baseline', 'flyway:migrate')).exitCode).toBe(0);
    expect(await states()).toEqual({
      states: ['V1__old.sql skipped', 'V2__orders.sql applied', 'V3__lost.sql applied'],
      kinds: [],
      next: [],
    });
    await rm(join(root, resources, 'V3__lost.sql'));
    await rm(join(root, 'target'), { recursive: true });
    await writeFile(join(root, resources, 'R__view.sql'), 'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n');
    // Newer than every file: Flyway goes on, and so must we.
    expect(await states()).toEqual({
      states: ['V1__old.sql skipped', 'V2__orders.sql applied', 'R__view.sql pending', 'V3__lost.sql missing'],
      kinds: ['missing-file'],
      next: ['R__view.sql'],
    });
    expect((await maven('flyway:migrate')).exitCode).toBe(0);
    await writeFile(join(root, resources, 'V4__more.sql'), 'CREATE TABLE more (id int);\n');
    expect((await states()).next).toEqual([]);
    expect((await maven('flyway:migrate')).exitCode).not.toBe(0);
    expect((await maven('flyway:repair')).exitCode).toBe(0);
    expect(await states()).toMatchObject({ kinds: [], next: ['V4__more.sql'] });
    expect((await maven('flyway:migrate')).exitCode).toBe(0);
    expect(await states()).toMatchObject({ kinds: [], next: [] });
  });
});
