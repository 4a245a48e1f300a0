// goose migrations that are programs, and files that take values from the environment, with the real goose. Runs on the servers of
// support/servers.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import { runMigrations } from '../../src/operations/run-migrations.js';
import { status } from '../../src/operations/status.js';
import { testServers } from '../support/servers.js';
import { ToolUnavailable } from './conformance/driver.js';
import { administer } from './conformance/world.js';
import { installGoose } from './install/goose.js';

const manifest = fileURLToPath(new URL('../../scripts/tools/goose/', import.meta.url));
const server = testServers().at(-1);
const roots: string[] = [];
const databases: string[] = [];
let programs = '';

/** Modules come from the cache that building goose itself has filled: nothing may be fetched. */
const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
  HOME: process.env.HOME ?? '/',
  GOPROXY: 'off',
  ...more,
});

async function project(files: Record<string, string>, options: { module: boolean } = { module: true }): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'lockkeeper-goose-go-'));
  roots.push(root);
  const goMod = await readFile(join(manifest, 'go.mod'), 'utf8');
  if (options.module)
    await writeFile(join(root, 'go.mod'), goMod.replace(/^module .*$/m, 'module lockkeeper.test/shop').replace(/^tool .*$/m, ''));
  if (options.module) await cp(join(manifest, 'go.sum'), join(root, 'go.sum'));
  await writeFile(join(root, '.env'), 'GOOSE_DRIVER=postgres\nGOOSE_MIGRATION_DIR=./db/migrations\n');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** A Go migration; its statements stand on lines 15 and following, one a line. */
function go(up: string[], down: string[] = [], options: { noTx?: boolean; package?: string; imports?: string[] } = {}): string {
  const kind = options.noTx ? 'DB' : 'Tx';
  const body = (statements: string[]): string =>
    statements
      .map((each) =>
        each.startsWith('!') ? `\t${each.slice(1)}` : `\tif _, err := db.ExecContext(ctx, ${each}); err != nil { return err }`,
      )
      .join('\n');
  return `package ${options.package ?? 'migrations'}

import (
\t"context"
\t"database/sql"
${(options.imports ?? []).map((each) => `\t"${each}"`).join('\n')}
\t"github.com/pressly/goose/v3"
)

func init() {
\tgoose.AddMigration${options.noTx ? 'NoTx' : ''}Context(func(ctx context.Context, db *sql.${kind}) error {
\t\t_ = ctx

${body(up)}
\t\treturn nil
\t}, ${down.length === 0 ? 'nil' : `func(ctx context.Context, db *sql.${kind}) error {\n${body(down)}\n\t\treturn nil\n\t}`})
}
`;
}

const orders = '-- +goose Up\nCREATE TABLE orders (id bigint PRIMARY KEY, state text);\n-- +goose Down\nDROP TABLE orders;\n';

async function judged(root: string, more: Record<string, string> = {}, variable?: string) {
  const answer = await assess(
    { project: root, stack: 'goose:.', render: true, ...(variable === undefined ? {} : { throwAwayVariable: variable }) },
    { workingFolder: root, environment: environment({ ...(server ? { SCRATCH_URL: server.adminUrl } : {}), ...more }) },
  );
  const lines = answer.statements.map(
    (each) => `${each.direction} ${each.source?.file.split('/').at(-1)}:${each.source?.line} ${each.kind}`,
  );
  return { answer, lines, said: answer.problems.map((each) => each.message).join('\n') };
}

async function database(): Promise<string> {
  const name = `goose_go_${process.pid}_${Math.floor(Math.random() * 1e9).toString(36)}`;
  await administer(server!, `CREATE DATABASE ${name}`);
  databases.push(name);
  return server!.url(name);
}

async function tree(root: string): Promise<string[]> {
  return (await readdir(root, { recursive: true })).sort();
}

describe.skipIf(server === undefined)('goose', { timeout: 300_000 }, () => {
  let unavailable: string | null = null;
  beforeAll(async () => {
    await installGoose().then(
      (program) => {
        programs = dirname(program);
      },
      (error: unknown) => {
        if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
        unavailable = error.message;
      },
    );
  }, 20 * 60_000);
  afterEach(async () => {
    for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true, maxRetries: 3 });
    for (const name of databases.splice(0)) await administer(server!, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  const offered = (name: string, run: () => Promise<void>): void =>
    test(name, async (context) => {
      if (unavailable !== null) return context.skip(unavailable);
      await run();
    });

  offered(
    'Go migrations: each statement up and down with its line, helpers lead back to the migration, nothing is written into the module',
    async () => {
      const root = await project({
        'db/migrations/00001_orders.sql': orders,
        'db/migrations/00002_state.go': go(
          [
            '"ALTER TABLE orders ADD COLUMN note text"',
            '!if err := names.Index(ctx, db, "orders", "state"); err != nil { return err }',
            '"UPDATE orders SET note = $1 WHERE id > $2", "it\'s new", 5',
          ],
          ['"ALTER TABLE orders DROP COLUMN note"'],
          { imports: ['lockkeeper.test/shop/internal/names'] },
        ),
        'db/migrations/00003_index.go': go(['"CREATE INDEX CONCURRENTLY orders_note ON orders (note)"'], [], { noTx: true }),
        'internal/names/names.go':
          'package names\n\nimport (\n\t"context"\n\t"database/sql"\n)\n\nfunc Index(ctx context.Context, tx *sql.Tx, table, column string) error {\n\t_, err := tx.ExecContext(ctx, "CREATE INDEX "+table+"_"+column+" ON "+table+" ("+column+")")\n\treturn err\n}\n',
      });
      const before = await tree(root);
      for (const variable of [undefined, 'SCRATCH_URL']) {
        const { answer, lines, said } = await judged(root, {}, variable);
        expect(lines, said).toEqual([
          'up 00001_orders.sql:2 createTable',
          'down 00001_orders.sql:4 dropTable',
          'up 00002_state.go:14 addColumn',
          'up 00002_state.go:15 createIndex',
          'up 00002_state.go:16 update',
          'down 00002_state.go:19 dropColumn',
          'up 00003_index.go:14 createIndex',
        ]);
        expect(answer.statements.find((each) => each.kind === 'update')?.sql).toContain("note = 'it''s new' WHERE id > '5'");
        expect(answer.problems.map((each) => each.code)).toContain('PROJECT_CODE_RAN');
        expect(said).toContain('its way back sends nothing');
      }
      // Of one migration, those before it are its schema: they are rendered as well.
      const one = await assess(
        { project: root, stack: 'goose:.', migrations: ['00003_index.go'], render: true },
        { workingFolder: root, environment: environment() },
      );
      expect(one.statements.map((each) => each.kind)).toEqual(['createIndex']);
      const two = await assess(
        { project: root, stack: 'goose:.', migrations: ['00002_state.go'], render: true },
        { workingFolder: root, environment: environment() },
      );
      expect(two.findings).toContainEqual(
        expect.objectContaining({ rule: 'missing-lock-timeout', source: { file: 'db/migrations/00002_state.go', line: 14 } }),
      );
      expect(await tree(root)).toEqual(before);
    },
  );

  offered('without the wish to render nothing of the project runs', async () => {
    const root = await project({ 'db/migrations/00001_a.go': go(['"CREATE TABLE a (id int)"']) });
    const answer = await assess(
      { project: root, stack: 'goose:.' },
      { workingFolder: root, environment: environment({ PATH: '/nonexistent' }) },
    );
    expect(answer.coverage.unanalysed).toEqual([
      expect.objectContaining({ migration: '00001_a.go', next: expect.stringContaining('--render') }),
    ]);
    expect(answer.risk).toBe('unknown');
  });

  offered('a package main, with its own main and an init that reads its settings', async () => {
    const root = await project({
      'db/migrations/00001_orders.sql': orders,
      'db/migrations/00002_note.go': go(['"ALTER TABLE orders ADD COLUMN note text"'], ['"ALTER TABLE orders DROP COLUMN note"'], {
        package: 'main',
      }),
      'db/migrations/main.go':
        'package main\n\nimport "os"\n\nfunc init() {\n\tif os.Getenv("SHOP_URL") == "" {\n\t\tpanic("no SHOP_URL")\n\t}\n}\n\nfunc main() {\n\tos.Exit(9)\n}\n',
    });
    const { lines, said } = await judged(root, { SHOP_URL: 'postgres://me:secret-word@db.example.com/shop' });
    expect(lines, said).toContain('up 00002_note.go:14 addColumn');
    const without = await judged(root);
    expect(without.answer.coverage.unanalysed.map((each) => each.migration)).toEqual(['00002_note.go']);
    expect(without.said).toContain('no SHOP_URL');
  });

  offered('what does not run or does not compile is unknown, with the reason and without secrets', async () => {
    const hidden = await project({
      'db/migrations/00001_hidden.go': go(['"CREATE TABLE a (id int)"', "\"DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'b (id int)'; END $$\""]),
    });
    expect((await judged(hidden)).answer.coverage.unanalysed).toEqual([
      expect.objectContaining({ source: { file: 'db/migrations/00001_hidden.go', line: 15 } }),
    ]);
    const root = await project({
      'db/migrations/00001_orders.sql': orders,
      'db/migrations/00002_panics.go': go(['!var none map[string]int', '!none["a"] = 1']),
      'db/migrations/00003_later.go': go(['"CREATE TABLE later (id int)"']),
    });
    const panicked = await judged(root);
    expect(panicked.answer.coverage.unanalysed.map((each) => each.migration)).toEqual(['00002_panics.go', '00003_later.go']);
    expect(panicked.answer.coverage.unanalysed[0]?.next).toContain('assignment to entry in nil map');
    expect(panicked.answer.coverage.unanalysed[1]?.next).toContain('one before it does not run');
    await writeFile(join(root, 'db/migrations/00002_panics.go'), go(['"ALTER TABLE nowhere ADD a int"']));
    expect((await judged(root)).said).toContain('relation "nowhere" does not exist');
    await writeFile(join(root, 'db/migrations/00002_panics.go'), go(['!undefinedFunction()']));
    const broken = await judged(root);
    expect(broken.said).toContain('undefined: undefinedFunction');
    expect(broken.answer.risk).not.toBe('low');
  });

  offered('secrets that a migration takes from the environment are not shown', async () => {
    const root = await project({
      'db/migrations/00001_admin.go': go(
        ['"CREATE TABLE admin (name text, word text)"', '"INSERT INTO admin VALUES ($1, $2)", "root", os.Getenv("ADMIN_PASSWORD")'],
        [],
        { imports: ['os'] },
      ),
    });
    const { answer, lines } = await judged(root, { ADMIN_PASSWORD: 'correct-horse-staple' });
    expect(lines).toContain('up 00001_admin.go:15 insert');
    expect(JSON.stringify(answer)).not.toContain('correct-horse-staple');
  });

  offered('apply and take back Go migrations, one by one, and status agrees', async () => {
    const root = await project({
      'db/migrations/00001_orders.sql': orders,
      'db/migrations/00002_note.go': go(['"ALTER TABLE orders ADD COLUMN note text"'], ['"ALTER TABLE orders DROP COLUMN note"']),
      'db/migrations/00003_broken.go': go(['"CREATE TABLE halves (id int)"', '"ALTER TABLE nowhere ADD COLUMN a int"'], [], { noTx: true }),
    });
    const context = { workingFolder: root, environment: environment({ SHOP: await database() }) };
    const run = (direction: 'up' | 'down') =>
      runMigrations({ project: root, databaseVariable: 'SHOP', direction, throwAway: true }, context);
    for (const migration of ['00001_orders.sql', '00002_note.go']) {
      const report = await run('up');
      expect(report, JSON.stringify(report)).toMatchObject({ succeeded: true, steps: [{ migration, outcome: 'done' }] });
    }
    expect(await run('down')).toMatchObject({
      succeeded: true,
      steps: [{ migration: '00002_note.go', schemaChanges: ['- column public.orders.note'] }],
    });
    expect(await run('up')).toMatchObject({ succeeded: true });
    const failed = await run('up');
    expect(failed).toMatchObject({
      succeeded: false,
      steps: [{ outcome: 'partly', schemaChanges: ['+ table public.halves'], error: { sqlState: '42P01' } }],
    });
    expect(failed.steps[0]?.notes.join()).toContain('Code of the project ran');
    const answer = await status({ project: root, databaseVariable: 'SHOP' }, context);
    expect(answer.migrations.map((each) => each.state)).toEqual(['applied', 'applied', 'pending']);
  });

  offered('ENVSUB: rendered and applied with the variables of the caller; what is not set is unknown; secrets stay out', async () => {
    const root = await project(
      {
        'db/migrations/00001_region.sql':
          "-- +goose Up\n-- +goose ENVSUB ON\nCREATE TABLE orders_${REGION} (id int DEFAULT ${START:-7});\nINSERT INTO orders_$REGION (id) VALUES (length('${ADMIN_PASSWORD}'));\n-- +goose ENVSUB OFF\n-- +goose Down\n-- +goose ENVSUB ON\nDROP TABLE orders_${REGION};\n",
      },
      { module: false },
    );
    const values = { REGION: 'north', ADMIN_PASSWORD: 'correct-horse-staple' };
    const { answer, lines, said } = await judged(root, values);
    expect(lines).toEqual(['up 00001_region.sql:3 createTable', 'up 00001_region.sql:4 insert', 'down 00001_region.sql:8 dropTable']);
    expect(answer.statements[0]?.sql).toBe('CREATE TABLE orders_north (id int DEFAULT 7)');
    expect(said).toContain(
      'rendered with REGION, START, ADMIN_PASSWORD of this environment; the defaults of START; ADMIN_PASSWORD left as written',
    );
    expect(JSON.stringify(answer)).not.toContain('correct-horse');
    const unset = await judged(root);
    expect(unset.answer.coverage.unanalysed[0]).toMatchObject({
      migration: '00001_region.sql',
      next: expect.stringContaining('not set in this environment: REGION, ADMIN_PASSWORD'),
    });
    const run = async (direction: 'up' | 'down', more: Record<string, string>) =>
      runMigrations(
        { project: root, databaseVariable: 'SHOP', direction, throwAway: true },
        { workingFolder: root, environment: environment({ SHOP: url, ...more }) },
      );
    const url = await database();
    await expect(run('up', {})).rejects.toMatchObject({ problem: { code: 'BAD_USAGE', message: expect.stringContaining('REGION') } });
    const report = await run('up', values);
    expect(report, JSON.stringify(report)).toMatchObject({ succeeded: true, steps: [{ schemaChanges: ['+ table public.orders_north'] }] });
    expect(JSON.stringify(report)).not.toContain('correct-horse');
    expect(await run('down', values)).toMatchObject({ succeeded: true, steps: [{ schemaChanges: ['- table public.orders_north'] }] });
  });
});
