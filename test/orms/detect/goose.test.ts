import { describe, expect, it } from 'vitest';
import { codes, detect, only } from './fixture.js';

const goMod =
  'module shop\n\ngo 1.24\n\nrequire (\n\tgithub.com/pressly/goose/v3 v3.27.3\n\tgithub.com/jackc/pgx/v5 v5.7.0 // indirect\n)\n';
const file = '-- +goose Up\nCREATE TABLE a (id int);\n\n-- +goose Down\nDROP TABLE a;\n';

describe('goose', () => {
  it('reads GOOSE_* of .env, go.mod and the numbers of the files', async () => {
    const stack = await only({
      'go.mod': goMod,
      '.env': 'GOOSE_DRIVER=postgres\nGOOSE_DBSTRING="postgres://u:hunter2@h/x"\nGOOSE_MIGRATION_DIR=./db/m\nGOOSE_TABLE=history\n',
      'db/m/00010_c.sql': file,
      'db/m/2_b.sql': file,
      'db/m/00001_a.sql': file,
      'db/m/notes.sql': 'x',
      'db/m/embed.go': 'package m',
    });
    expect(stack).toMatchObject({
      id: 'goose:.',
      toolVersion: '3.27.3',
      dialect: 'postgres',
      migrationFolders: ['db/m'],
      order: 'sequence',
      migrationCount: 3,
      databaseSetting: 'GOOSE_DBSTRING',
      transactionMode: 'per-file',
      command: ['go', 'run', 'github.com/pressly/goose/v3/cmd/goose@v3.27.3'],
      settings: { historyTable: 'history' },
      problems: [],
    });
    expect(stack.evidence).toContainEqual({ file: '.env', line: 3, what: 'GOOSE_MIGRATION_DIR' });
    expect(JSON.stringify(stack)).not.toContain('hunter2');
    const { migrations } = await stack.list();
    expect(migrations.map(({ name }) => name)).toEqual(['00001_a.sql', '2_b.sql', '00010_c.sql']);
    expect(migrations[0]).toMatchObject({
      up: { line: 2, sql: 'CREATE TABLE a (id int);\n' },
      down: { line: 5, sql: 'DROP TABLE a;\n' },
      transactionMode: 'per-file',
    });
  });

  it('prefers go tool, and finds the folder by Makefile', async () => {
    const stack = await only({
      'go.mod': `${goMod}\ntool github.com/pressly/goose/v3/cmd/goose\n`,
      Makefile: 'up:\n\tgo tool goose -dir migrations postgres "$(SHOP_URL)" up\n',
      'migrations/20260101000000_a.sql': file,
    });
    expect(stack).toMatchObject({ command: ['go', 'tool', 'goose'], databaseSetting: 'SHOP_URL', dialect: 'postgres', order: 'timestamp' });
    expect(stack.evidence).toContainEqual({ file: 'Makefile', line: 2, what: 'goose -dir in Makefile' });
  });

  it('knows embedded goose and Go migrations', async () => {
    const stack = await only({
      'go.mod': goMod.replace('// indirect', ''),
      'db/db.go':
        'package db\n\nimport "github.com/pressly/goose/v3"\n\n//go:embed m/*.sql\nvar files embed.FS\n\nfunc Run() {\n\tdsn := os.Getenv("SHOP_DSN")\n\tgoose.SetBaseFS(files)\n\t// goose.SetDialect("mysql")\n\tgoose.SetDialect("postgres")\n\tgoose.Up(conn, "m")\n}\n',
      'db/m/00001_a.sql': file,
      'db/m/00002_b.go': 'package m\n\nfunc init() {\n\tgoose.AddMigrationNoTxContext(up, down)\n}\n',
      'db/m/00003_helper.go': 'package m\n',
      'db/m/00004_x_test.go': 'goose.AddMigration(',
    });
    expect(stack).toMatchObject({ dialect: 'postgres', command: null, migrationCount: 2, databaseSetting: 'SHOP_DSN' });
    expect(stack.undetermined.join()).toContain('Go migrations');
    expect((await stack.list()).migrations[1]).toMatchObject({ name: '00002_b.go', unrendered: 'go', up: null, transactionMode: 'none' });
  });

  it('keeps lines in order through every annotation', async () => {
    const text =
      "-- a comment\n-- +goose NO TRANSACTION\n-- +goose up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$\nBEGIN\n  RETURN 1;\nEND $$ LANGUAGE plpgsql;\n-- +goose statementend\n-- +goose ENVSUB ON\nSELECT 'all';\n-- +goose Down\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n";
    const stack = await only({ 'go.mod': goMod, 'm/1_a.sql': text });
    const { migrations, problems } = await stack.list();
    expect(problems).toEqual([]);
    const [migration] = migrations;
    expect(migration).toMatchObject({ transactionMode: 'none', up: { line: 4 }, down: { line: 13 } });
    // Every line of the section stands where the file has it; annotations are blank.
    migration!.up!.sql.split('\n').forEach((line, at) => {
      const written = text.split('\n')[migration!.up!.line - 1 + at]!;
      expect(line).toBe(written.includes('+goose') ? '' : written);
    });
  });

  it('leaves what takes variables from the environment to rendering', async () => {
    const text = "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${REGION:-${PLACE}}';\n-- +goose Down\nSELECT 1;\n";
    const [migration] = (await (await only({ 'm/1_ok.sql': file, 'm/2_a.sql': text })).list()).migrations.slice(1);
    expect(migration).toMatchObject({ up: null, down: null, unrendered: 'environment' });
    expect(migration?.notes.map(({ message }) => message).join()).toContain('REGION');
  });

  it.each([
    ['SELECT 1;\n-- +goose Up\nSELECT 1;\n', 'text before', 1],
    ['-- +goose Up\n-- +goose Sideways\nSELECT 1;\n', 'unknown', 2],
    ['-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n', 'without StatementEnd', 2],
    ['-- +goose Up\nSELECT 1\n-- +goose Down\nSELECT 2;\n', 'without a semicolon', 2],
    ['-- +goose Up\nSELECT 1;\n-- +goose Up\n', 'twice', 3],
    ['-- +goose Up\n -- +goose Down\n', 'indented', 2],
  ])('reports what goose refuses: %j', async (text, message, line) => {
    const stack = await only({ 'm/1_ok.sql': file, 'm/2_bad.sql': text });
    expect((await stack.list()).problems).toContainEqual(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message), file: 'm/2_bad.sql', line }),
    );
  });

  it('notes a body that goose cuts, a file without Down and one without Up', async () => {
    const stack = await only({
      'm/1_ok.sql': file,
      'm/2_cut.sql': '-- +goose Up\nDO $$ BEGIN\n  PERFORM 1;\nEND $$;\n',
      'm/3_none.sql': 'SELECT 1;\n',
    });
    const { migrations, problems } = await stack.list();
    expect(migrations[1]?.notes.map(({ message }) => message).join()).toMatch(/cuts it.*no Down/);
    expect(migrations[2]).toMatchObject({ up: null, down: null });
    expect(problems.some(({ message }) => message.includes('there is no "-- +goose Up"'))).toBe(true);
  });

  it('reads Windows line ends, comments among them', async () => {
    const text =
      '\uFEFF-- head\n-- +goose Up\n-- why; and how\nSELECT 1; -- done\nDO $$ -- x\n-- y;\nSELECT 2 $$;\n-- +goose Down\n-- nothing\n';
    const stack = await only({ 'm/1_a.sql': text.replaceAll('\n', '\r\n') });
    const { migrations, problems } = await stack.list();
    expect(problems).toEqual([]);
    expect(migrations[0]).toMatchObject({ up: { line: 3 }, down: { line: 9, sql: '-- nothing\r\n' }, notes: [] });
  });

  it('reports two files of one version', async () => {
    expect(codes((await only({ 'm/1_a.sql': file, 'm/001_b.sql': file })).problems)).toEqual(['MIGRATION_ORDER']);
  });

  it('works without go.mod, and makes a stack of each folder', async () => {
    const { stacks } = await detect({ 'a/m/1_a.sql': file, 'b/m/1_a.sql': file.replaceAll('\n', '\r\n') });
    expect(stacks.map(({ id, command }) => [id, command])).toEqual([
      ['goose:a', ['goose']],
      ['goose:b', ['goose']],
    ]);
  });

  it('takes a folder that only a setting names', async () => {
    const stack = await only({ 'go.mod': goMod, '.env': 'GOOSE_MIGRATION_DIR=db/none\n' });
    expect(stack).toMatchObject({ migrationCount: 0, problems: [{ code: 'PATH_NOT_FOUND' }] });
  });

  it('tells AutoMigrate as unmanaged, with what that means', async () => {
    const stack = await only({
      'go.mod': 'module x\nrequire gorm.io/gorm v1.25.0\nrequire gorm.io/driver/postgres v1.5.0\n',
      'main.go':
        'package main\n// db.AutoMigrate(&No{})\nfunc main() {\n\tdb, _ := gorm.Open(postgres.Open(os.Getenv("DATABASE_URL")))\n\tdb.AutoMigrate(&User{})\n}\n',
      'main_test.go': 'db.AutoMigrate(',
    });
    expect(stack).toMatchObject({
      id: 'gorm:.',
      tool: 'gorm',
      supported: false,
      workflow: 'unmanaged',
      dialect: 'postgres',
      databaseSetting: 'DATABASE_URL',
      toolVersion: '1.25.0',
    });
    expect(stack.workflowNote).toMatch(/no migration files, no history/);
    expect(stack.evidence.filter(({ what }) => what === 'AutoMigrate')).toEqual([{ file: 'main.go', line: 5, what: 'AutoMigrate' }]);
  });

  it('shows goose and AutoMigrate side by side, and GORM alone not at all', async () => {
    const { stacks } = await detect({
      'go.mod': `${goMod}require gorm.io/gorm v1.25.0\n`,
      'm/1_a.sql': file,
      'main.go': 'package main\nfunc f() { db.AutoMigrate(&A{}) }\n',
    });
    expect(stacks.map(({ tool }) => tool)).toEqual(['goose', 'gorm']);
    expect((await detect({ 'go.mod': 'module x\nrequire gorm.io/gorm v1.25.0\n', 'main.go': 'package main\n' })).stacks).toEqual([]);
  });
});
