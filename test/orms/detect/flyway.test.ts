import { describe, expect, it } from 'vitest';
import { codes, detect, only } from './fixture.js';

const pom = (configuration = '', dependencies = '') => `<?xml version="1.0"?>
<project>
  <properties><flyway.version>11.20.3</flyway.version></properties>
  <dependencies><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>${dependencies}</dependencies>
  <build><plugins>
    <plugin>
      <groupId>org.flywaydb</groupId>
      <artifactId>flyway-maven-plugin</artifactId>
      <version>\${flyway.version}</version>
      <configuration>${configuration}</configuration>
    </plugin>
  </plugins></build>
</project>
`;
const library = '<dependency><groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId></dependency>';
const springPom = `<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies>${library}</dependencies></project>`;
const folder = 'src/main/resources/db/migration';

describe('flyway', () => {
  it('reads flyway.toml, and orders by version with repeatables last', async () => {
    const stack = await only({
      'flyway.toml':
        '[flyway]\nlocations = ["filesystem:db/sql"]\ntable = "history"\n[flyway.postgresql]\ntransactional.lock = false\n[environments.default]\nurl = "jdbc:postgresql://db/x?password=hunter2"\nuser = "u"\n',
      'db/sql/V10__ten.sql': 'TEN;',
      'db/sql/V2_1__two_one.sql': 'TWO ONE;',
      'db/sql/deep/V2__two.sql': 'TWO;',
      'db/sql/V2.0.1__small.sql': 'SMALL;',
      'db/sql/R__view.sql': 'VIEW;',
      'db/sql/R__a_first.sql': 'FIRST;',
      'db/sql/U10__ten.sql': 'UNDO;',
      'db/sql/beforeMigrate.sql': 'CALLBACK;',
      'db/sql/notes.txt': '',
    });
    expect(stack).toMatchObject({
      id: 'flyway:.',
      dialect: 'postgres',
      migrationFolders: ['db/sql'],
      order: 'version',
      migrationCount: 6,
      command: ['flyway'],
      databaseSetting: 'flyway.toml environments.default.url',
      transactionMode: 'automatic',
      settings: { historyTable: 'history', transactionalLock: 'false' },
      problems: [],
    });
    expect(JSON.stringify(stack)).not.toContain('hunter2');
    expect(stack.evidence.map(({ what }) => what).join()).toContain('callback beforeMigrate');
    const { migrations } = await stack.list();
    expect(migrations.map(({ name }) => name)).toEqual([
      'V2__two.sql',
      'V2.0.1__small.sql',
      'V2_1__two_one.sql',
      'V10__ten.sql',
      'R__a_first.sql',
      'R__view.sql',
    ]);
    expect(migrations[3]).toMatchObject({ down: { sql: 'UNDO;' }, transactionMode: 'automatic' });
  });

  it('reads flyway.conf with prefixes, separator, suffix and a variable as url', async () => {
    const stack = await only({
      'conf/flyway.conf':
        'flyway.url=${SHOP_JDBC}\r\nflyway.locations=filesystem:sql\r\nflyway.sqlMigrationPrefix=M\r\nflyway.sqlMigrationSeparator=-\r\nflyway.sqlMigrationSuffixes=.pgsql\r\nflyway.group=true\r\n',
      'sql/M1-a.pgsql': 'A;',
      'sql/V2__ignored.sql': '',
      '.env': 'SHOP_JDBC=jdbc:mysql://h/x\n',
    });
    expect(stack).toMatchObject({ folder: '.', databaseSetting: 'SHOP_JDBC', dialect: 'mysql', migrationCount: 1, transactionMode: 'all' });
  });

  it('reads the Maven plugin, the wrapper of the module or above, and properties', async () => {
    const files = {
      'pom.xml': pom(
        '<locations><location>filesystem:db/a</location><location>filesystem:db/b</location></locations><url>jdbc:postgresql://h/x</url>',
      ),
      mvnw: '',
      'db/a/V1__a.sql': '',
      'db/b/V2__b.sql': '',
    };
    const stack = await only(files);
    expect(stack).toMatchObject({
      toolVersion: '11.20.3',
      dialect: 'postgres',
      command: ['./mvnw', '-q', '-B'],
      migrationFolders: ['db/a', 'db/b'],
      migrationCount: 2,
      databaseSetting: 'pom.xml flyway-maven-plugin url',
    });
    expect(stack.evidence).toContainEqual({ file: 'pom.xml', line: 8, what: 'flyway-maven-plugin' });
    expect((await only({ 'app/pom.xml': pom(), mvnw: '', [`app/${folder}/V1__a.sql`]: '' })).command).toEqual(['../mvnw', '-q', '-B']);
    expect((await only({ 'pom.xml': pom(), [`${folder}/V1__a.sql`]: '' })).command).toEqual(['mvn', '-q', '-B']);
  });

  it('reads Gradle in Groovy and Kotlin', async () => {
    const groovy = await only({
      'build.gradle':
        'plugins {\n  id "org.flywaydb.flyway" version "11.1.0"\n}\ndependencies { runtimeOnly "org.postgresql:postgresql" }\nflyway {\n  // locations = ["filesystem:no"]\n  url = System.getenv("SHOP_JDBC")\n  password = "hunter2"\n  locations = ["filesystem:$projectDir/sql"]\n}\n',
      gradlew: '',
      'sql/V1__a.sql': '',
    });
    expect(groovy).toMatchObject({
      toolVersion: '11.1.0',
      dialect: 'postgres',
      command: ['./gradlew', '-q'],
      migrationFolders: ['sql'],
      databaseSetting: 'SHOP_JDBC',
    });
    expect(JSON.stringify(groovy)).not.toContain('hunter2');
    const kotlin = await only({
      'build.gradle.kts':
        'plugins {\n  id("org.flywaydb.flyway") version "10.0.0"\n}\nflyway {\n  locations = arrayOf("filesystem:db")\n}\n',
      'db/V1__a.sql': '',
    });
    expect(kotlin).toMatchObject({ toolVersion: '10.0.0', migrationFolders: ['db'], command: ['gradle', '-q'] });
  });

  it('reads Spring Boot: defaults, properties, YAML, {vendor}, a URL with a default', async () => {
    const defaults = await only({ 'pom.xml': springPom, [`${folder}/V1__a.sql`]: '' });
    expect(defaults).toMatchObject({ command: null, migrationCount: 1 });
    expect(defaults.undetermined.join()).toContain('the application runs the migrations');
    const properties = await only({
      'pom.xml': springPom,
      'src/main/resources/application.properties':
        'spring.datasource.url=jdbc:mariadb://h/x\nspring.flyway.locations=classpath:sql/{vendor}\n',
      'src/main/resources/sql/mariadb/V1__a.sql': '',
      'src/main/resources/sql/mysql/V1__a.sql': '',
    });
    expect(properties).toMatchObject({
      dialect: 'mariadb',
      migrationFolders: ['src/main/resources/sql/mariadb'],
      databaseSetting: 'application.properties spring.datasource.url',
    });
    const yaml = await only({
      'app/pom.xml': springPom,
      'app/src/main/resources/application.yml':
        'spring:\n  datasource:\n    url: ${DB_URL:jdbc:postgresql://localhost/x}\n    password: hunter2\n  flyway:\n    locations:\n      - classpath:db/a\n      - classpath:db/b\n    postgresql:\n      transactional-lock: false\n---\nspring:\n  config:\n    activate:\n      on-profile: test\n  flyway:\n    locations: classpath:none\n',
      'app/src/main/resources/db/a/V1__a.sql': '',
      'app/src/main/resources/db/b/V2__b.sql': '',
      'app/src/test/resources/application.yml': 'spring:\n  flyway:\n    enabled: false\n',
    });
    expect(yaml).toMatchObject({
      id: 'flyway:app',
      dialect: 'postgres',
      databaseSetting: 'DB_URL',
      migrationCount: 2,
      settings: { transactionalLock: 'false' },
    });
    expect(JSON.stringify(yaml)).not.toContain('hunter2');
  });

  it('says what a profile changes', async () => {
    const stack = await only({
      'pom.xml': springPom,
      'src/main/resources/application-dev.yml': 'spring:\n  flyway:\n    locations: classpath:db/migration,classpath:dev\n',
      [`${folder}/V1__a.sql`]: '',
    });
    expect(stack.migrationFolders).toEqual([folder]);
    expect(stack.undetermined.join()).toContain('profile dev sets spring.flyway.locations');
  });

  it('reads code that configures Flyway, and Java and Kotlin migrations', async () => {
    const stack = await only({
      'pom.xml': springPom,
      'src/main/java/a/Config.java':
        'import org.flywaydb.core.Flyway;\nclass Config {\n  Flyway f() {\n    return Flyway.configure()\n      .locations("classpath:db/own")\n      .load();\n  }\n}\n',
      'src/main/resources/db/own/V1__a.sql': '',
      'src/main/java/db/own/V2__B.java': 'class V2__B {}',
      'src/main/kotlin/db/own/V3__C.kt': '',
    });
    expect(stack).toMatchObject({ migrationCount: 3 });
    expect((await stack.list()).migrations.map(({ name, unrendered }) => [name, unrendered])).toEqual([
      ['V1__a.sql', null],
      ['V2__B.java', 'java'],
      ['V3__C.kt', 'java'],
    ]);
  });

  it('is one stack where plugin and application agree, two where they do not', async () => {
    const both = {
      'pom.xml': pom('', library).replace('<project>', '<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent>'),
      [`${folder}/V1__a.sql`]: '',
    };
    expect((await detect(both)).stacks.map(({ id }) => id)).toEqual(['flyway:.']);
    expect(
      (await detect({ ...both, 'flyway.toml': '[flyway]\nlocations = ["filesystem:ops"]\n', 'ops/V1__x.sql': '' })).stacks.map(
        ({ id, migrationFolders }) => [id, migrationFolders],
      ),
    ).toEqual([
      ['flyway:.', ['ops']],
      ['flyway:.#migration', [folder]],
    ]);
  });

  it.each([
    ['executeInTransaction=false', 'none'],
    ['executeInTransaction=true', 'per-file'],
    ['encoding=UTF-8', 'automatic'],
  ])('%s in the .conf of a script means %s', async (text, mode) => {
    const stack = await only({ 'flyway.toml': '[flyway]\n', 'sql/V1__a.sql': '', 'sql/V1__a.sql.conf': text });
    expect((await stack.list()).migrations[0]?.transactionMode).toBe(mode);
  });

  it('puts known placeholders in, notes unknown ones, and keeps secrets out', async () => {
    const toml = '[flyway]\ndefaultSchema = "shop"\n[flyway.placeholders]\nowner = "app"\napp_password = "hunter2"\n';
    const stack = await only({
      'flyway.toml': toml,
      'sql/V1__a.sql': "ALTER TABLE ${flyway:defaultSchema}.t OWNER TO ${owner};\nSELECT '${region}', '${app_password}';\n",
    });
    const [migration] = (await stack.list()).migrations;
    expect(migration?.up?.sql).toBe("ALTER TABLE shop.t OWNER TO app;\nSELECT '${region}', '${app_password}';\n");
    expect(migration?.notes).toMatchObject([
      { message: expect.stringMatching(/templated.*region/), line: 2 },
      { message: expect.stringMatching(/templated.*app_password.*not shown/), line: 2 },
    ]);
    const off = await only({
      'flyway.toml': `${toml.replace('[flyway]', '[flyway]\nplaceholderReplacement = false')}`,
      'sql/V1__a.sql': '${owner}',
    });
    expect((await off.list()).migrations[0]).toMatchObject({ up: { sql: '${owner}' }, notes: [] });
  });

  it('reports wrong names, two files of one version, and an undo without its version', async () => {
    const stack = await only({
      'flyway.toml': '[flyway]\n',
      'sql/V1__a.sql': '',
      'sql/V1.0__b.sql': '',
      'sql/V6_bad.sql': '',
      'sql/v7__lower.sql': '',
      'sql/U9__x.sql': '',
    });
    expect(codes(stack.problems).sort()).toEqual(['CONFIG_INVALID', 'CONFIG_INVALID', 'MIGRATION_NOT_FOUND', 'MIGRATION_ORDER']);
  });

  it('lists a baseline only where the versions before it are gone', async () => {
    const gone = await only({ 'flyway.toml': '[flyway]\n', 'sql/B5__base.sql': 'BASE;', 'sql/V6__next.sql': '' });
    expect((await gone.list()).migrations.map(({ name }) => name)).toEqual(['B5__base.sql', 'V6__next.sql']);
    const there = await only({ 'flyway.toml': '[flyway]\n', 'sql/B1__base.sql': 'BASE;', 'sql/V1__first.sql': '' });
    expect((await there.list()).migrations.map(({ name }) => name)).toEqual(['V1__first.sql']);
    expect(there.undetermined.join()).toContain('B1__base.sql is a baseline migration');
  });

  it('follows wildcards and says what leads out', async () => {
    const stack = await only({
      'flyway.toml': '[flyway]\nlocations = ["filesystem:mods/*/sql", "filesystem:/etc/sql", "s3:bucket"]\n',
      'mods/a/sql/V1__a.sql': '',
      'mods/b/sql/V2__b.sql': '',
    });
    expect(stack.migrationFolders).toEqual(['mods/a/sql', 'mods/b/sql']);
    expect(stack.undetermined.join()).toMatch(/leads out of the repository.*s3/);
  });

  it('is not files called V1__x.sql alone, nor the library alone', async () => {
    expect((await detect({ 'sql/V1__a.sql': 'SELECT 1;' })).stacks).toEqual([]);
    expect((await detect({ 'pom.xml': springPom })).stacks).toEqual([]);
  });
});
