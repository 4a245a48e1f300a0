import { describe, expect, it } from 'vitest';
import { codes, detect, only } from './fixture.js';

const cargo = '[package]\nname = "shop"\n\n[dependencies]\ndiesel = { version = "2.3.12", features = ["postgres", "chrono"] }\n';

describe('diesel', () => {
  it('reads diesel.toml, Cargo.toml and the folders in the order of their versions', async () => {
    const stack = await only({
      'Cargo.toml': cargo,
      'diesel.toml': '[print_schema]\nfile = "src/schema.rs"\n\n[migrations_directory]\ndir = "db/history"\n',
      'db/history/2026-02-01-000000-0000_b/up.sql': 'B;',
      'db/history/2026-02-01-000000-0000_b/down.sql': 'undo B;',
      'db/history/00000000000000_diesel_initial_setup/up.sql': 'S;',
      'db/history/20260101000000_a/up.sql': 'A;',
      'db/history/.hidden/up.sql': '',
      'db/history/notes/readme.txt': '',
    });
    expect(stack).toMatchObject({
      id: 'diesel:.',
      toolVersion: '2.3.12',
      dialect: 'postgres',
      migrationFolders: ['db/history'],
      order: 'timestamp',
      migrationCount: 3,
      command: ['diesel'],
      databaseSetting: 'DATABASE_URL',
      transactionMode: 'per-file',
      problems: [],
    });
    expect(stack.evidence).toContainEqual({ file: 'diesel.toml', line: 5, what: 'migrations_directory.dir' });
    expect(stack.evidence).toContainEqual({ file: 'Cargo.toml', line: 5, what: 'depends on diesel' });
    const { migrations } = await stack.list();
    expect(migrations.map(({ name, up, down }) => [name, up?.sql, down?.sql])).toEqual([
      ['00000000000000_diesel_initial_setup', 'S;', undefined],
      ['20260101000000_a', 'A;', undefined],
      ['2026-02-01-000000-0000_b', 'B;', 'undo B;'],
    ]);
    expect(migrations[1]?.notes[0]?.message).toContain('no down.sql');
  });

  it.each([
    ['run_in_transaction = false\n', 'one-string', null],
    ['run_in_transaction = true\n', 'per-file', null],
    ['run_in_transactions = true\n', 'one-string', 'without run_in_transaction'],
    ['', 'one-string', 'without run_in_transaction'],
    ['not toml [', 'per-file', 'not valid TOML'],
  ])('metadata.toml %j means %s', async (metadata, mode, note) => {
    const stack = await only({
      'diesel.toml': '',
      'migrations/1_a/up.sql': 'A;',
      'migrations/1_a/down.sql': '',
      'migrations/1_a/metadata.toml': metadata,
    });
    const [migration] = (await stack.list()).migrations;
    expect(migration?.transactionMode).toBe(mode);
    expect(migration?.notes.map(({ message }) => message).join()).toContain(note ?? '');
  });

  it('finds the default folder without diesel.toml, above the crate too', async () => {
    const stack = await only({
      'Cargo.toml': '[workspace]\nmembers = ["app"]\n[workspace.dependencies]\ndiesel = { version = "2.2", features = ["sqlite"] }\n',
      'app/Cargo.toml': '[dependencies]\ndiesel = { workspace = true }\n',
      'migrations/1_a/up.sql': ';',
    });
    expect(stack).toMatchObject({ id: 'diesel:.', dialect: 'sqlite', migrationCount: 1 });
  });

  it('takes the version from Cargo.lock and the dialect from .env', async () => {
    const stack = await only({
      'Cargo.toml': '[dependencies]\ndiesel = "2"\n',
      'Cargo.lock': '[[package]]\nname = "diesel"\nversion = "2.3.4"\n',
      'diesel.toml': '',
      'migrations/1_a/up.sql': ';',
      '.env': 'DATABASE_URL=mysql://root:hunter2@h/x\n',
    });
    expect(stack).toMatchObject({ toolVersion: '2.3.4', dialect: 'mysql' });
    expect(JSON.stringify(stack)).not.toContain('hunter2');
  });

  it('finds a folder for each database that embed_migrations! names', async () => {
    const { stacks } = await detect({
      'Cargo.toml': '[dependencies]\ndiesel = { version = "2", features = ["postgres", "sqlite"] }\n',
      'diesel.toml': '',
      'src/db.rs':
        '// embed_migrations!("no")\npub const A: M = embed_migrations!("migrations/postgresql");\npub const B: M = embed_migrations!("migrations/sqlite");\n',
      'migrations/postgresql/1_a/up.sql': ';',
      'migrations/sqlite/1_a/up.sql': ';',
    });
    expect(stacks.map(({ id, dialect }) => [id, dialect])).toEqual([
      ['diesel:.', 'postgres'],
      ['diesel:.#sqlite', 'sqlite'],
    ]);
    expect(stacks[0]?.undetermined.join()).toContain('--migration-dir');
  });

  it('reports a missing up.sql, two folders of one version, and a folder outside', async () => {
    const stack = await only({
      'diesel.toml': '[migrations_directory]\ndir = "/home/somebody/migrations"\n',
      'migrations/1_a/up.sql': ';',
      'migrations/1_b/up.sql': ';',
      'migrations/2_c/down.sql': ';',
    });
    expect(codes(stack.problems)).toEqual(['MIGRATION_ORDER', 'MIGRATION_NOT_FOUND']);
    expect(stack.undetermined.join()).toContain('leads out of the repository');
    expect(JSON.stringify(stack)).not.toContain('somebody');
  });

  it('is not folders of SQL without Diesel', async () => {
    expect((await detect({ 'Cargo.toml': '[package]\nname = "x"\n', 'migrations/1_a/up.sql': ';' })).stacks).toEqual([]);
  });
});
