/** Has drizzle-kit write a migration into a copy of the folder, and takes over what is new. Its exit code says nothing. */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { drizzleBack, keepsFolders, refuseOldLayout } from './folder.js';
import { generate, type Kit } from './generate.js';
import { generateWithHints } from './hints.js';
import { settleRenames } from '../run/renames.js';
import { writeNew } from '../run/write-files.js';
import type { CreatedMigration, NewMigration, ToolCall } from '../tool.js';

const journalPath = 'meta/_journal.json';

/** @throws LockkeeperError NOTHING_TO_DO, BAD_USAGE, TOOL_FAILED, NOT_OFFERED, WOULD_OVERWRITE */
export async function createDrizzle(call: ToolCall, wanted: NewMigration): Promise<CreatedMigration> {
  const { stack, repository } = call;
  const config = stack.settings?.['config'];
  if (stack.command === null || config === undefined || config.endsWith('_journal.json'))
    throw new LockkeeperError(
      'NOT_OFFERED',
      'drizzle-kit needs its configuration and its package.',
      "Add a drizzle.config.ts and install the project's packages.",
    );
  refuseOldLayout(stack);
  if (wanted.outsideTransaction && wanted.sql !== null) refuseCompany(wanted.sql);
  const out = stack.migrationFolders[0] ?? (stack.folder === '.' ? 'drizzle' : `${stack.folder}/drizzle`);
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-drizzle-'));
  try {
    const copy = join(temporary, 'out');
    await mkdir(copy);
    if (repository.hasFolder(out)) await cp(join(repository.root, out), copy, { recursive: true });
    const before = new Set(await filesIn(copy));
    const kit: Kit = { call, wanted, temporary, copy, config: join(repository.root, config) };
    const said = keepsFolders(stack) ? await generateWithHints(kit) : (await generate(kit)).said;
    const fresh = (await filesIn(copy)).filter((file) => !before.has(file));
    const script = fresh.find((file) => file.endsWith('.sql'));
    if (script === undefined) throw nothingWritten(said);
    const tag = script.replace(/\/migration\.sql$|\.sql$/, '');
    const text =
      wanted.sql === null ? fromModels(await readFile(join(copy, script), 'utf8')) : scriptText(wanted.sql, wanted.outsideTransaction);
    const files = await Promise.all(
      fresh
        .filter((file) => file !== journalPath)
        .map(async (file) => ({ path: `${out}/${file}`, text: file === script ? text : await readFile(join(copy, file), 'utf8') })),
    );
    const back = drizzleBack(out, { name: tag, file: `${out}/${script}` });
    if (wanted.down !== null) files.push({ path: back, text: `${wanted.down.trim()}\n` });
    const journal = await readFile(join(copy, journalPath), 'utf8').catch(() => null);
    const firstJournal = journal !== null && !repository.hasFile(`${out}/${journalPath}`);
    if (firstJournal) files.push({ path: `${out}/${journalPath}`, text: journal });
    await writeNew(repository.root, files);
    if (journal !== null && !firstJournal) await replace(join(repository.root, out, journalPath), journal);
    return {
      name: tag,
      files: [
        ...files.map(({ path }) => ({ path, change: 'created' as const })),
        ...(journal !== null && !firstJournal ? [{ path: `${out}/${journalPath}`, change: 'changed' as const }] : []),
      ],
      modelsNeed:
        wanted.sql === null
          ? []
          : [
              'The schema files must say the same: a custom migration leaves the snapshot as it was, and the next generate compares with that.',
            ],
      notes: [
        `The configuration of the project (${config}) ran, as drizzle-kit does it.`,
        ...(wanted.down === null ? [`Drizzle has no way back: give one with --down, and it is kept as ${back}.`] : []),
        ...(text.startsWith('COMMIT;') ? ['Apply it alone: its COMMIT would also commit other pending migrations of the same run.'] : []),
      ],
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The line that says why, above the trace of the stack. */
function reason(said: string): string | null {
  const line = said.split('\n').find((each) => /\bError\b|Cannot find|"status":"error"/.test(each));
  return line?.trim() ?? null;
}

function nothingWritten(said: string): LockkeeperError {
  if (/No schema changes|"no_changes"/i.test(said))
    return new LockkeeperError(
      'NOTHING_TO_DO',
      'The schema and the migrations agree: there is nothing to write.',
      'Change the schema first.',
    );
  if (/TTY|Interactive prompts/i.test(said)) {
    return new LockkeeperError(
      'BAD_USAGE',
      'drizzle-kit asks whether something was renamed, or dropped and created. Nothing was written.',
      'Make two migrations: first add the new column, later drop the old one. Or write the rename as SQL (--sql) and generate again afterwards in a terminal.',
    );
  }
  return new LockkeeperError(
    'TOOL_FAILED',
    `drizzle-kit generate wrote nothing: ${(reason(said) ?? said.split('\n').slice(-4).join(' ')).slice(0, 500)}`,
    'Mend what it names, then create the migration again.',
  );
}

/** SQL that the kit made from the models: no rename passes as drop + add, and what refuses transactions gets its own way. */
function fromModels(made: string): string {
  const text = settleRenames(made, []);
  if (!/\bINDEX CONCURRENTLY\b/i.test(text)) return text;
  refuseCompany(text);
  return scriptText(text, true);
}

/** A statement that refuses transactions stands between a COMMIT and a BEGIN: the migrator knows no other way. */
function scriptText(written: string, outsideTransaction: boolean): string {
  const sql = `${written.trim().replace(/;*$/, '')};`;
  const point = '--> statement-breakpoint';
  return outsideTransaction ? `COMMIT;\n${point}\n${sql}\n${point}\nBEGIN;\n` : `${sql}\n`;
}

function refuseCompany(sql: string): void {
  const text = sql.replace(/--[^\n]*|'(?:[^']|'')*'|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$/g, '').trim();
  if (!/;\s*\S/.test(text)) return;
  throw new LockkeeperError(
    'BAD_USAGE',
    'A statement that cannot run in a transaction must be alone in its Drizzle migration.',
    'Create one migration for each such statement.',
  );
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

async function replace(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, text, { flag: 'wx' });
  await rename(beside, file);
}
