/** Lets Alembic compare the models with a throw-away database that has all revisions, and settles renames. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { tableGoesAndComes } from '../run/renames.js';
import type { CreatedMigration, NewMigration, ThrowAwayTarget, ToolCall } from '../tool.js';
import { alembic } from './command.js';

/**
 * `alembic revision --autogenerate` on a throw-away database at head.
 *
 * @param id of the new revision
 * @throws LockkeeperError NOTHING_TO_DO, BAD_USAGE for renames that nobody confirmed, TOOL_FAILED; then no file is left
 */
export async function autogenerate(
  call: ToolCall,
  wanted: NewMigration,
  id: string,
  throwAway: ThrowAwayTarget,
): Promise<CreatedMigration> {
  const folder = call.stack.migrationFolders[0]!;
  const absolute = join(call.repository.root, folder);
  const upgraded = await alembic(call, throwAway.address, ['upgrade', 'heads']);
  if (upgraded.exitCode !== 0) throw failed('the revisions do not run on a throw-away database', upgraded.said);
  const before = new Set(await readdir(absolute));
  const made = await alembic(call, throwAway.address, [
    'revision',
    '--autogenerate',
    '-m',
    wanted.name.replaceAll('_', ' '),
    '--rev-id',
    id,
  ]);
  const file = (await readdir(absolute)).find((name) => name.endsWith('.py') && !before.has(name));
  if (file === undefined) throw failed('alembic revision wrote no file', made.said);
  const path = join(absolute, file);
  try {
    if (made.exitCode !== 0) throw failed('alembic revision failed', made.said);
    const text = settle(await readFile(path, 'utf8'), wanted);
    if (/def upgrade\(\)[^\n]*\n(?:\s*(?:"""[\s\S]*?"""|#[^\n]*)\n)*\s*pass\b/.test(text))
      throw new LockkeeperError(
        'NOTHING_TO_DO',
        'The models and the revisions agree, as far as autogenerate sees.',
        'Change the models first.',
      );
    await writeFile(path, text);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return {
    name: id,
    files: [{ path: `${folder}/${file}`, change: 'created' }],
    modelsNeed: [],
    notes: [
      'env.py and the models of the project ran. Autogenerate does not see server defaults, CHECK constraints, views, functions and triggers.',
    ],
  };
}

/** Puts `alter_column(new_column_name=…)` in place of drop + add in both directions; refuses what nobody confirmed. */
function settle(text: string, wanted: NewMigration): string {
  const at = text.search(/^def downgrade\(/m);
  let [up, down] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  for (const { from, to } of wanted.renames) {
    const [table = '', old = ''] = from.split('.').slice(-2);
    const target = to.split('.').at(-1) ?? '';
    up = renamed(up, { table, from: old, to: target }, `${from} to ${to}`);
    down = renamed(down, { table, from: target, to: old }, `${from} to ${to}`);
  }
  const calls = columnCalls(up);
  const pairs = calls
    .filter((each) => each.kind === 'add')
    .flatMap(({ table, column }) =>
      calls.filter((each) => each.kind === 'drop' && each.table === table).map((each) => `${table}.${each.column}=${table}.${column}`),
    );
  if (pairs.length > 0) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `A column goes and another comes in the same table: renamed, or dropped with its data? Candidates: ${pairs.slice(0, 6).join(', ')}.`,
      'Ask the user. If it is a rename, say --rename with that candidate; if not, make two revisions: first add the new column, later drop the old one.',
    );
  }
  const names = (pattern: RegExp): string[] => [...up.matchAll(pattern)].map((found) => found[1]!);
  const created = names(/^[ \t]*op\.create_table\(['"](\w+)['"]/gm);
  const tables = names(/^[ \t]*op\.drop_table\(['"](\w+)['"]/gm).flatMap((gone) => created.map((come) => `${gone}=${come}`));
  if (tables.length > 0) throw tableGoesAndComes(tables);
  return up + down;
}

interface ColumnCall {
  kind: 'add' | 'drop';
  table: string;
  column: string;
  /** Offsets of the whole line. */
  start: number;
  end: number;
  /** What stands before the method: `op`, or the name of a batch. */
  receiver: string;
  indent: string;
}

const columnLine = /^([ \t]*)(\w+)\.(add_column|drop_column)\((.*)\n/gm;

/** Calls that add or drop a column: `op.add_column("t", …)`, and those of a `with op.batch_alter_table("t") as batch_op:` block. */
function columnCalls(text: string): ColumnCall[] {
  const batches = [...text.matchAll(/^[ \t]*with op\.batch_alter_table\(['"](\w+)['"].*\) as (\w+):/gm)];
  return [...text.matchAll(columnLine)].flatMap((found): ColumnCall[] => {
    const [whole, indent = '', receiver = '', method, words = ''] = found;
    const batch = batches.findLast((each) => each.index < found.index && each[2] === receiver);
    const names = [...words.matchAll(/['"](\w+)['"]/g)].map((each) => each[1]!);
    const [table, column] = receiver === 'op' ? names : [batch?.[1], names[0]];
    if (table === undefined || column === undefined) return [];
    const place = { start: found.index, end: found.index + whole.length };
    return [{ kind: method === 'add_column' ? 'add' : 'drop', table, column, receiver, indent, ...place }];
  });
}

function renamed(text: string, { table, from, to }: { table: string; from: string; to: string }, said: string): string {
  const calls = columnCalls(text).filter((each) => each.table === table);
  const gone = calls.find((each) => each.kind === 'drop' && each.column === from);
  const come = calls.find((each) => each.kind === 'add' && each.column === to);
  if (gone === undefined || come === undefined) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `The models do not rename ${said}.`,
      'Write --rename table.old=table.new with the names of the database.',
    );
  }
  const of = come.receiver === 'op' ? `"${table}", ` : '';
  const line = `${come.indent}${come.receiver}.alter_column(${of}"${from}", new_column_name="${to}")\n`;
  const edits = [
    { ...come, line },
    { ...gone, line: '' },
  ].sort((a, b) => b.start - a.start);
  return edits.reduce((result, edit) => result.slice(0, edit.start) + edit.line + result.slice(edit.end), text);
}

function failed(what: string, said: string): LockkeeperError {
  const last =
    said
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? '';
  return new LockkeeperError('TOOL_FAILED', `${what}: ${last.slice(0, 300)}`, 'Mend what it names, then create the migration again.');
}
