/** Applies one Drizzle migration from a journal that holds nothing else, and takes one back with its rollback script. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { redact } from '../../core/redact.js';
import type { Migration } from '../../core/stack.js';
import { literal } from '../history-table.js';
import { parentFolder } from '../paths.js';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { TargetCall, ToolRun } from '../tool.js';
import { drizzleDates } from './history.js';
import { preload, preloadedError } from './preload.js';

const variable = 'LOCKKEEPER_DRIZZLE_URL';

/** `drizzle-kit migrate` with a configuration and a folder of ours. Its own would apply everything pending in one transaction. */
export function applyDrizzle(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return migrate(call, [migration]);
}

/** The same with this migration and those before it: one transaction over all of them, as Drizzle does by itself. */
export function applyDrizzleUntil(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return migrate(call, call.migrations.slice(0, migration.position + 1));
}

async function migrate(call: TargetCall, migrations: readonly Migration[]): Promise<ToolRun> {
  const { stack, repository } = call;
  if (stack.command === null)
    throw new LockkeeperError(
      'NOT_OFFERED',
      `How drizzle-kit is started in ${stack.folder} is not known.`,
      "Install the project's packages.",
    );
  const { command } = stack;
  return inTemporary(async (temporary) => {
    const out = join(temporary, 'out');
    await copyOnly(call, migrations, out);
    const { settings = {} } = stack;
    const table = { table: settings['historyTable'] ?? '__drizzle_migrations', schema: settings['historySchema'] ?? 'drizzle' };
    await writeFile(
      join(temporary, 'drizzle.config.ts'),
      `export default { dialect: 'postgresql', out: ${JSON.stringify(out)}, dbCredentials: { url: process.env.${variable} }, migrations: ${JSON.stringify(table)} };\n`,
    );
    await writeFile(join(temporary, 'preload.cjs'), preload);
    const result = await start(call, [...command, 'migrate', `--config=${join(temporary, 'drizzle.config.ts')}`], temporary, {
      NODE_OPTIONS: `${call.environment['NODE_OPTIONS'] ?? ''} --require="${join(temporary, 'preload.cjs')}"`.trim(),
    });
    return runOf(result, join(repository.root, stack.folder), [
      'drizzle-kit migrate applies everything that is pending in one transaction, so it saw a journal with this one entry.',
    ]);
  });
}

/**
 * Runs `rollback/<tag>.sql` and the deletion of the row in one transaction, with the driver of the project.
 *
 * @throws LockkeeperError NOT_OFFERED without such a script or without `pg`
 */
export async function rollbackDrizzle(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const { down } = migration;
  if (down === null || down.sql.trim() === '') {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `Drizzle has no way back, and ${migration.name} has no rollback script.`,
      `Write ${call.stack.migrationFolders[0] ?? 'drizzle'}/rollback/${migration.name}.sql, or a new migration that takes the change back.`,
    );
  }
  return inTemporary(async (temporary) => {
    const { settings = {} } = call.stack;
    const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
    const table = `${quote(settings['historySchema'] ?? 'drizzle')}.${quote(settings['historyTable'] ?? '__drizzle_migrations')}`;
    const where =
      settings['format'] === 'folders'
        ? `name = ${literal(migration.name)}`
        : `created_at = ${drizzleDates(call).get(migration.name) ?? -1}`;
    await writeFile(join(temporary, 'rollback.sql'), `${down.sql.trimEnd().replace(/;*$/, ';')}\nDELETE FROM ${table} WHERE ${where};\n`);
    await writeFile(join(temporary, 'rollback.mjs'), rollbackProgram);
    const result = await start(call, [process.execPath, join(temporary, 'rollback.mjs'), join(temporary, 'rollback.sql')], temporary, {});
    if (result.stderr.includes('LOCKKEEPER_NO_DRIVER')) {
      throw new LockkeeperError(
        'NOT_OFFERED',
        'Taking back needs the package pg, which the project does not have.',
        'Run the rollback script by hand, on a copy of the database first.',
      );
    }
    return runOf(result, temporary, [
      'Drizzle has no way back of its own: the rollback script and the deletion of its row ran in one transaction, through the project’s pg.',
    ]);
  });
}

const rollbackProgram = `import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
let pg;
try { pg = createRequire(join(process.cwd(), 'package.json'))('pg'); } catch { process.stderr.write('LOCKKEEPER_NO_DRIVER\\n'); process.exit(1); }
const client = new pg.Client({ connectionString: process.env.${variable} });
try {
  await client.connect();
  await client.query('BEGIN');
  await client.query(readFileSync(process.argv[2], 'utf8'));
  await client.query('COMMIT');
} catch ({ code, message }) {
  process.stderr.write('LOCKKEEPER_SQL_ERROR ' + JSON.stringify({ code, message }) + '\\n');
  process.exitCode = 1;
} finally { await client.end(); }
`;

/** These files, with a journal of their entries (0.x), or these folders (1.x). */
async function copyOnly(call: TargetCall, migrations: readonly Migration[], out: string): Promise<void> {
  const { root } = call.repository;
  if (call.stack.settings?.['format'] === 'folders') {
    for (const { file } of migrations)
      await cp(join(root, parentFolder(file)), join(out, basename(parentFolder(file))), { recursive: true });
    return;
  }
  await mkdir(join(out, 'meta'), { recursive: true });
  for (const { file } of migrations) await cp(join(root, file), join(out, basename(file)));
  const folder = parentFolder(migrations[0]?.file ?? '');
  const journal = JSON.parse(await readFile(join(root, folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  const names = new Set(migrations.map((migration) => migration.name));
  const entries = journal.entries.filter((entry) => names.has(entry.tag)).map((entry, idx) => ({ ...entry, idx }));
  await writeFile(join(out, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
}

function start(call: TargetCall, words: string[], temporary: string, more: Record<string, string>): Promise<ChildResult> {
  return runChild({
    words,
    folder: join(call.repository.root, call.stack.folder),
    environment: { ...toolEnvironment(call.environment, { [variable]: call.address.url }), ...more },
    secrets: [call.address.password, call.address.url, temporary],
    ...(call.signal ? { signal: call.signal } : {}),
    ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
  });
}

function runOf(result: ChildResult, _folder: string, notes: string[]): ToolRun {
  const error = preloadedError(result.stderr);
  return {
    commands: [result.command],
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    said: result.said.replace(/^LOCKKEEPER_SQL_ERROR .*$/gm, (line) => preloadedError(line)?.message ?? '').trim(),
    error: error === null ? null : { ...error, message: redact(error.message) },
    notes,
  };
}

async function inTemporary(work: (temporary: string) => Promise<ToolRun>): Promise<ToolRun> {
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-drizzle-'));
  try {
    return await work(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
