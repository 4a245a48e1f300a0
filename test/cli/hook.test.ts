/** The hook as a client calls it: the built program, and inputs in the form that Claude Code sends. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { project } from '../support/project.js';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Said {
  permissionDecision?: string;
  permissionDecisionReason?: string;
  additionalContext?: string;
}

async function raw(input: string): Promise<Said | null> {
  const result = await execa(process.execPath, [program, 'hook'], { input });
  const answer = JSON.parse(result.stdout) as { hookSpecificOutput?: Said & { hookEventName: string } };
  if (answer.hookSpecificOutput) expect(answer.hookSpecificOutput.hookEventName).toBe('PreToolUse');
  return answer.hookSpecificOutput ?? null;
}

/** As recorded from Claude Code: only what the hook reads differs. */
const call = (tool: string, input: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  raw(
    JSON.stringify({
      session_id: '0b9c1f4e-2f0e-4f3b-9a52-6b0f5f6f1b11',
      transcript_path: '/home/u/.claude/projects/shop/0b9c1f4e.jsonl',
      cwd: '/tmp',
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: tool,
      tool_input: input,
      tool_use_id: 'toolu_01ABC123',
      ...more,
    }),
  );
const bash = (command: string, more?: Record<string, unknown>) => call('Bash', { command, description: 'Run it' }, more);

describe('shell commands', () => {
  test.each([
    ['npx prisma migrate reset --force', /prisma migrate reset/],
    ['cd packages/db && env FORCE=1 pnpm exec prisma db push --accept-data-loss', /prisma db push/],
    ['bash -lc "poetry run alembic stamp head"', /alembic stamp/],
    ['uv run python manage.py flush --noinput', /django flush/],
    ['true; (DATABASE_URL=x goose -dir migrations reset)', /goose reset/],
    ['docker compose exec web sh -c \'diesel "database" reset\'', /diesel database reset/],
    ['echo "flyway clean" | sh', /flyway clean/],
    ['out=$(npx drizzle-kit push)', /drizzle/],
    ['npx pris""ma migrate re\\set', /prisma migrate reset/],
    ['dropdb shop', /dropdb/],
    [`psql -c 'DROP TABLE users'`, /drop-table/],
    ['psql "$DATABASE_URL" -tAc "DELETE FROM users"', /delete-without-where/],
    ['psql shop <<SQL\nTRUNCATE users;\nSQL', /truncate/],
    [`echo 'UPDATE users SET admin = true' | docker exec -i db psql -U postgres`, /update-without-where/],
    ['lockkeeper runner plan.json approval.json', /runner/],
  ])('%s: asks', async (command, reason) => {
    const said = await bash(command);
    expect(said?.permissionDecision).toBe('ask');
    expect(said?.permissionDecisionReason).toMatch(reason);
  });

  test.each([
    ['a quote that is not closed', `psql -c 'DROP`],
    ['SQL out of a variable', 'psql -c "$SQL"'],
    ['a file that is not there', 'psql -f no-such-file.sql'],
    ['a pipe from a program', 'python make_sql.py | psql'],
    ['a program in a variable', 'P=prisma; $P migrate reset'],
    ['SQL that cannot be parsed', `psql -c 'FROBNICATE users'`],
    ['a DO block', `psql -c 'DO $x$ BEGIN EXECUTE q; END $x$'`],
    ['the shell of Django', 'python manage.py dbshell'],
  ])('%s: asks, since it cannot judge', async (_what, command) => {
    expect(await bash(command)).toMatchObject({
      permissionDecision: 'ask',
      permissionDecisionReason: expect.stringContaining('cannot judge'),
    });
  });

  test.each([
    'ls -la',
    'npx prisma generate',
    'npx prisma migrate deploy',
    'grep -rn "prisma migrate reset" docs',
    `git commit -m "never run alembic stamp"`,
    `psql -c '\\dt'`,
    `psql "$DATABASE_URL" -c 'select id, email from users limit 5'`,
    'lockkeeper approve show plan-1',
    'cat <<EOF > notes.md\nprisma migrate reset\nEOF',
  ])('%s: goes its usual way', async (command) => {
    expect(await bash(command)).toBeNull();
  });

  test('what a script of package.json runs is looked at, and files of psql', async () => {
    const cwd = await project({
      'package.json': '{ "scripts": { "db:reset": "prisma migrate reset -f", "build": "tsc" } }',
      'bad.sql': 'DROP TABLE users;',
      'good.sql': 'SELECT 1;',
    });
    expect(await bash('pnpm run db:reset', { cwd })).toMatchObject({ permissionDecision: 'ask' });
    expect(await bash('npm run build', { cwd })).toBeNull();
    expect(await bash('psql -f bad.sql', { cwd })).toMatchObject({ permissionDecision: 'ask' });
    expect(await bash('psql < good.sql', { cwd })).toBeNull();
  });

  test('an agent does not type the approval', async () => {
    for (const command of [
      'lockkeeper approve plan-4Jx',
      'npx -y lockkeeper@0.1.0 approve plan-4Jx',
      'script -qec "lockkeeper approve plan-4Jx" /dev/null',
    ])
      expect(await bash(command), command).toMatchObject({ permissionDecision: 'deny' });
  });

  test('where nobody is asked, it denies', async () => {
    for (const permission_mode of ['bypassPermissions', 'dontAsk'])
      expect(await bash('npx prisma migrate reset', { permission_mode })).toMatchObject({ permissionDecision: 'deny' });
  });

  test('an input that cannot be read is no yes', async () => {
    expect(await raw('not json')).toMatchObject({ permissionDecision: 'ask' });
  });
});

describe('other tools', () => {
  test('SQL with high findings through another server asks', async () => {
    expect(await call('mcp__postgres__query', { sql: 'ALTER TABLE users DROP COLUMN email' })).toMatchObject({ permissionDecision: 'ask' });
    expect(await call('mcp__supabase__apply_migration', { name: 'x', query: 'CREATE INDEX i ON users (email)' })).toMatchObject({
      permissionDecision: 'ask',
    });
    expect(await call('mcp__postgres__query', { sql: 'FROBNICATE' })).toMatchObject({ permissionDecision: 'ask' });
  });

  test('reads, searches and our own tools go their usual way', async () => {
    expect(await call('mcp__postgres__query', { sql: 'SELECT id FROM users' })).toBeNull();
    expect(await call('mcp__tavily__search', { query: 'how to drop a table safely' })).toBeNull();
    expect(await call('mcp__plugin_lockkeeper_lockkeeper__assess_risk', { sql: 'DROP TABLE users' })).toBeNull();
  });
});

describe('migrations that are written', () => {
  test('.sql: the verdict is given along, and the write is not held up', async () => {
    const said = await call('Write', { file_path: 'migrations/1/up.sql', content: 'CREATE INDEX i ON users (email);' });
    expect(said).toEqual({ hookEventName: 'PreToolUse', additionalContext: expect.stringContaining('create-index') });
    expect(await call('Write', { file_path: 'migrations/1/up.sql', content: 'SELECT 1;' })).toBeNull();
  });

  test('an edit is judged as the file will be', async () => {
    const cwd = await project({ 'migrations/1.sql': 'CREATE TABLE t (id int primary key);\nSELECT 2;\n' });
    const edit = (fresh: string) =>
      call('Edit', { file_path: `${cwd}/migrations/1.sql`, old_string: 'SELECT 2;', new_string: fresh }, { cwd });
    expect((await edit('DROP TABLE users;'))?.additionalContext).toContain('drop-table');
    expect(await edit('CREATE INDEX i ON t (id);')).toBeNull();
  });

  test('.py and .go: their SQL is seen, and that the rest is not judged is said', async () => {
    const python = await call('Write', {
      file_path: 'shop/migrations/0002_x.py',
      content: 'migrations.RunSQL("""DROP TABLE users""")\n',
    });
    expect(python?.additionalContext).toMatch(/drop-table[\s\S]*rendered/);
    const go = await call('Write', { file_path: 'migrations/2_x.go', content: 'tx.Exec(`TRUNCATE users`)' });
    expect(go?.additionalContext).toMatch(/truncate[\s\S]*rendered/);
    expect(await call('Write', { file_path: 'shop/views.py', content: 'x = "DROP TABLE users"' })).toBeNull();
  });

  test('a way down of goose is not taken for its way up', async () => {
    const content = '-- +goose Up\nCREATE TABLE t (id int primary key);\n-- +goose Down\nDROP TABLE t;\n';
    expect(await call('Write', { file_path: 'migrations/1_t.sql', content })).toBeNull();
  });
});
