import { describe, expect, it } from 'vitest';
import { listMigrations } from '../../../src/orms/index.js';
import { detect, ids, only, packageJson, type Content } from './fixture.js';

const cases: [string, Record<string, Content>, Record<string, unknown>][] = [
  [
    'golang-migrate by go.mod',
    {
      'go.mod': 'module x\nrequire github.com/golang-migrate/migrate/v4 v4.19.1\nrequire github.com/lib/pq v1.0.0\n',
      'm/000001_a.up.sql': 'A;',
      'm/000001_a.down.sql': '',
      'm/000002_b.up.sql': '',
      'm/000002_b.down.sql': '',
    },
    {
      id: 'golang-migrate:.',
      toolVersion: '4.19.1',
      dialect: 'postgres',
      migrationCount: 2,
      order: 'sequence',
      transactionMode: 'one-string',
    },
  ],
  [
    'golang-migrate by Makefile',
    {
      Makefile: 'up:\n\tmigrate -path db/m -database "postgres://$(DB_USER):hunter2@h/x" up\n',
      'db/m/1_a.up.sql': '',
      'db/m/1_a.down.sql': '',
    },
    { dialect: 'postgres', databaseSetting: 'DB_USER' },
  ],
  [
    'dbmate',
    {
      '.env': 'DATABASE_URL=sqlite:x.db\n',
      'package.json': packageJson({ dbmate: '2.36.0' }),
      'pnpm-lock.yaml': '',
      'db/migrations/20260101000000_a.sql': '-- migrate:up\nCREATE TABLE a(b int);\n-- migrate:down\n',
    },
    {
      id: 'dbmate:.',
      toolVersion: '2.36.0',
      dialect: 'sqlite',
      databaseSetting: 'DATABASE_URL',
      command: ['pnpm', 'exec', 'dbmate'],
      order: 'timestamp',
    },
  ],
  [
    'sql-migrate',
    {
      'go.mod': 'module x\nrequire github.com/rubenv/sql-migrate v1.7.0\n',
      'dbconfig.yml': 'production:\n  dialect: mysql\n  datasource: ${DSN}\n  dir: sql/m\n',
      'sql/m/1-a.sql': '-- +migrate Up\nSELECT 1;\n',
    },
    { id: 'sql-migrate:.', dialect: 'mysql', databaseSetting: 'DSN', migrationCount: 1 },
  ],
  [
    'knex',
    {
      'package.json': packageJson({ knex: '3.3.0' }),
      'knexfile.ts':
        'const config = {\n  development: { client: "pg", connection: process.env.SHOP_URL, migrations: { directory: "./db/m", tableName: "k" } },\n  production: { client: "pg", connection: process.env.SHOP_URL, migrations: { directory: "./db/m" } },\n};\nexport default config;\n',
      'db/m/20260101000000_a.js': '',
      'db/m/20260102000000_b.ts': '',
    },
    {
      id: 'knex:.',
      dialect: 'postgres',
      databaseSetting: 'SHOP_URL',
      migrationCount: 2,
      migrationFolders: ['db/m'],
      settings: { historyTable: 'k' },
    },
  ],
  [
    'typeorm',
    {
      'package.json': packageJson({ typeorm: '1.1.1' }),
      'src/data-source.ts':
        "import { DataSource } from 'typeorm';\nexport const source = new DataSource({ type: 'postgres', url: process.env.SHOP_URL, synchronize: false, migrations: [__dirname + '/migrations/*{.ts,.js}'], migrationsTransactionMode: 'each' });\n",
      'src/migrations/1700000000000-a.ts': '',
    },
    {
      id: 'typeorm:.',
      dialect: 'postgres',
      databaseSetting: 'SHOP_URL',
      migrationCount: 1,
      migrationFolders: ['src/migrations'],
      transactionMode: 'per-file',
      order: 'timestamp',
    },
  ],
  [
    'sequelize',
    {
      'package.json': packageJson({ sequelize: '6.37.8', 'sequelize-cli': '6.6.5' }),
      '.sequelizerc':
        "const path = require('path');\nmodule.exports = { 'config': path.resolve('db', 'config.json'), 'migrations-path': path.resolve('db', 'm') };\n",
      'db/config.json': '{"production":{"use_env_variable":"SHOP_URL","dialect":"mysql","password":"hunter2"}}',
      'db/m/20260101000000-a.js': '',
    },
    { id: 'sequelize:.', dialect: 'mysql', databaseSetting: 'SHOP_URL', migrationCount: 1, transactionMode: 'none' },
  ],
  [
    'rails',
    {
      Gemfile: 'gem "rails"\n',
      'Gemfile.lock': 'GEM\n  specs:\n    rails (7.1.3)\n',
      'bin/rails': '',
      'config/database.yml': 'production:\n  adapter: postgresql\n  url: <%= ENV["SHOP_URL"] %>\n  password: hunter2\n',
      'db/migrate/20260101000000_a.rb': 'class A < ActiveRecord::Migration[7.1]\nend\n',
    },
    { id: 'rails:.', toolVersion: '7.1.3', dialect: 'postgres', databaseSetting: 'SHOP_URL', command: ['bin/rails'], migrationCount: 1 },
  ],
  [
    'liquibase',
    {
      'liquibase.properties': 'changeLogFile=db/changelog.xml\nurl=jdbc:postgresql://h/x\npassword=hunter2\n',
      'db/changelog.xml': '<databaseChangeLog>\n<changeSet id="1"/>\n<changeSet id="2"/>\n</databaseChangeLog>',
    },
    { id: 'liquibase:.', dialect: 'postgres', migrationCount: 2, command: ['liquibase'], databaseSetting: 'liquibase.properties url' },
  ],
  [
    'liquibase in formatted SQL',
    { 'pom.xml': '<project/>', 'src/main/resources/db/changelog/a.sql': '--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n' },
    { id: 'liquibase:.', migrationCount: 1 },
  ],
  [
    'plain SQL',
    { 'db/sql/001_a.sql': 'CREATE TABLE a (b int);', 'db/sql/002_b.sql': 'ALTER TABLE a ADD c int;' },
    { id: 'plain-sql:db', migrationFolders: ['db/sql'], migrationCount: 2, order: 'sequence' },
  ],
];

describe('neighbours', () => {
  it.each(cases)('%s is recognised, not supported yet', async (_name, files, expected) => {
    const stack = await only(files);
    expect(stack).toMatchObject({ supported: false, ...expected });
    expect(stack.evidence.length).toBeGreaterThan(0);
    expect(JSON.stringify(stack)).not.toContain('hunter2');
    expect(await stack.list()).toMatchObject({ migrations: [], problems: [{ code: 'NOT_SUPPORTED_YET' }] });
  });

  it('names the tools that are not told apart beside plain SQL', async () => {
    const files = { 'migrations/1_a.sql': 'CREATE TABLE a (b int);', 'migrations/2_b.sql': 'DROP TABLE a;' };
    expect((await only({ ...files, 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' })).workflowNote).toContain('sqlx');
    expect((await only({ ...files, 'migrations/atlas.sum': '' })).workflowNote).toContain('Atlas');
    expect((await only({ ...files, 'package.json': packageJson({ 'node-pg-migrate': '9.0.0' }) })).workflowNote).toContain(
      'node-pg-migrate',
    );
  });

  it('lets Cargo.toml decide that pairs are not golang-migrate', async () => {
    const pairs = {
      'migrations/1_a.up.sql': 'CREATE TABLE a (b int);',
      'migrations/1_a.down.sql': '',
      'migrations/2_b.up.sql': '',
      'migrations/2_b.down.sql': '',
    };
    expect(await ids({ ...pairs, 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' })).toEqual(['plain-sql:.']);
    expect(await ids(pairs)).toEqual(['golang-migrate:.']);
  });

  it.each<[string, Record<string, Content>]>([
    ['an empty folder called migrations', { 'migrations/README.md': 'Put CREATE TABLE here' }],
    ['one SQL file', { 'migrations/001_a.sql': 'CREATE TABLE a (b int);' }],
    ['numbered queries', { 'queries/1_a.sql': 'SELECT 1;', 'queries/2_b.sql': 'SELECT 2;' }],
    ['unnumbered SQL', { 'sql/schema.sql': 'CREATE TABLE a (b int);', 'sql/seed.sql': 'INSERT INTO a VALUES (1);' }],
    ['a document about dbmate', { 'docs/migrate.md': '-- migrate:up\n-- +goose Up\n', 'docs/x.txt': 'knexfile.js' }],
    ['Ruby without Active Record', { 'db/migrate/1_a.rb': 'puts 1' }],
    ['XML that is no changelog', { 'db/changelog.xml': '<changes/>' }],
    [
      'a DataSource of somebody else',
      { 'package.json': packageJson({ other: '1.0.0' }), 'a.ts': "import { DataSource } from 'other'; new DataSource({});" },
    ],
    [
      'tools inside node_modules, vendor and .git',
      {
        'node_modules/a/knexfile.js': 'module.exports = { client: "pg" }',
        'vendor/x/1_a.sql': '-- +goose Up\n',
        '.git/1_a.sql': '-- migrate:up\n',
      },
    ],
  ])('%s is no stack', async (_name, files) => {
    expect(await ids(files)).toEqual([]);
  });

  it('leaves the folders of supported tools to them', async () => {
    const { stacks, root } = await detect({
      'flyway.toml': '[flyway]\n',
      'sql/V1__a.sql': 'CREATE TABLE a (b int);',
      'sql/V2__b.sql': '',
      'sql/deep/1_a.sql': 'CREATE TABLE c (b int);',
      'sql/deep/2_b.sql': '',
    });
    expect(stacks.map(({ id }) => id)).toEqual(['flyway:.']);
    expect((await listMigrations(root, stacks[0]!)).migrations).toHaveLength(2);
  });
});
