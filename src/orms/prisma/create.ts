/** Writes a Prisma migration from SQL, or from the schema by `migrate diff`; `migrate dev` is never used: it applies first. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { joinPath, parentFolder } from '../paths.js';
import { settleRenames } from '../run/renames.js';
import { writeNew } from '../run/write-files.js';
import { majorOf } from '../runners/javascript.js';
import type { CreatedMigration, NewMigration, ThrowAwayTarget, ToolCall } from '../tool.js';
import { runPrisma } from './command.js';

/** @throws LockkeeperError NOTHING_TO_DO, TOOL_FAILED, BAD_USAGE, WOULD_OVERWRITE */
export async function createPrisma(call: ToolCall, wanted: NewMigration, throwAway: ThrowAwayTarget | null): Promise<CreatedMigration> {
  const schema = call.stack.settings?.['schema'] ?? 'prisma/schema.prisma';
  const folder = call.stack.migrationFolders[0] ?? joinPath(schema.endsWith('.prisma') ? parentFolder(schema) : schema, 'migrations')!;
  if (wanted.sql !== null && wanted.outsideTransaction) refuseCompany(wanted.sql);
  const sql = wanted.sql ?? (await fromModels(call, wanted, throwAway, folder, schema));
  const name = `${stamp(call, wanted.now)}_${wanted.name}`;
  const files = [{ path: `${folder}/${name}/migration.sql`, text: ended(sql) }];
  if (wanted.down !== null) files.push({ path: `${folder}/${name}/down.sql`, text: ended(wanted.down) });
  const lock = `${folder}/migration_lock.toml`;
  if (!call.repository.hasFile(lock)) files.push({ path: lock, text: 'provider = "postgresql"\n' });
  await writeNew(call.repository.root, files);
  return {
    name,
    files: files.map(({ path }) => ({ path, change: 'created' })),
    modelsNeed: wanted.sql === null ? [] : [`${schema} must say the same, or the next prisma migrate dev undoes this migration.`],
    notes: notesOf(wanted, sql),
  };
}

async function fromModels(
  call: ToolCall,
  wanted: NewMigration,
  throwAway: ThrowAwayTarget | null,
  folder: string,
  schema: string,
): Promise<string> {
  if (throwAway === null)
    throw new LockkeeperError('INTERNAL', 'Making a migration from the models needs a throw-away database.', 'Report this as a defect.');
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-prisma-'));
  try {
    const shadow = await throwAway.another();
    const migrations = join(temporary, 'migrations');
    const root = call.repository.root;
    const hasFiles = call.repository.hasFile(`${folder}/migration_lock.toml`);
    if (hasFiles) await cp(join(root, folder), migrations, { recursive: true });
    const latest = (majorOf(call.stack.toolVersion) ?? 7) >= 7;
    const from = hasFiles ? ['--from-migrations', migrations] : ['--from-empty'];
    const to = [latest ? '--to-schema' : '--to-schema-datamodel', join(root, schema)];
    const shadowFlag = hasFiles && !latest ? ['--shadow-database-url', shadow.url] : [];
    const words = ['migrate', 'diff', ...from, ...to, ...shadowFlag, '--script', '--exit-code'];
    const result = await runPrisma({ ...call, address: throwAway.address }, { temporary, migrations, shadow }, words);
    if (result.exitCode === 0) {
      throw new LockkeeperError(
        'NOTHING_TO_DO',
        'The schema and the migrations agree: there is nothing to write.',
        'Change the schema first.',
      );
    }
    if (result.exitCode !== 2) {
      throw new LockkeeperError(
        'TOOL_FAILED',
        `prisma migrate diff failed: ${result.said.split('\n').slice(-6).join(' ')}`,
        'Mend what it names, then create the migration again.',
      );
    }
    return settleRenames(result.stdout, wanted.renames);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What works in every version: a statement that refuses transactions is alone in its file. */
function refuseCompany(sql: string): void {
  const text = sql.replace(/--[^\n]*|'(?:[^']|'')*'|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$/g, '').trim();
  if (!/;\s*\S/.test(text)) return;
  throw new LockkeeperError(
    'BAD_USAGE',
    'Prisma sends a file as one message in many versions: a statement that cannot run in a transaction must be alone in it.',
    'Create one migration for each such statement.',
  );
}

function notesOf(wanted: NewMigration, sql: string): string[] {
  const notes =
    wanted.down === null ? ['Prisma has no way back: give one with --down, and it is kept as down.sql beside the migration.'] : [];
  const required = [...sql.matchAll(/ADD COLUMN\s+"?(\w+)"?\s+[^,;]*NOT NULL(?![^,;]*DEFAULT)/gi)].map((found) => found[1]);
  if (required.length > 0)
    notes.push(`${required.join(', ')}: required and without a default. The migration fails on a table that has rows.`);
  return notes;
}

/** `20261122160000`, later than every folder that is there. */
function stamp(call: ToolCall, now: Date): string {
  const wanted = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const newest = /^\d{14}/.exec(call.migrations.at(-1)?.name ?? '')?.[0] ?? '';
  return wanted > newest ? wanted : String(BigInt(newest) + 1n);
}

function ended(sql: string): string {
  const text = sql.trim();
  return `${text.endsWith(';') ? text : `${text};`}\n`;
}
