/** Lets Alembic compare the models with a throw-away database that has all revisions, and settles renames. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import type { CreatedMigration, NewMigration, ThrowAwayTarget, ToolCall } from '../tool.js';
import { alembic } from './command.js';

const dropped = /^[ \t]*op\.drop_column\((['"])(\w+)\1, (['"])(\w+)\3(?:, schema=.*)?\)[ \t]*\n/m;
const added = /^[ \t]*op\.add_column\((['"])(\w+)\1, sa\.Column\((['"])(\w+)\3.*\)[ \t]*\n/m;

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
    up = renamed(up, table, old, target, from, to);
    down = renamed(down, table, target, old, from, to);
  }
  const gone = all(up, dropped);
  const pairs = all(up, added).flatMap(([table, to]) =>
    gone.filter(([other]) => other === table).map(([, from]) => `${table}.${from}=${table}.${to}`),
  );
  if (pairs.length === 0) return up + down;
  throw new LockkeeperError(
    'BAD_USAGE',
    `A column goes and another comes in the same table: renamed, or dropped with its data? Candidates: ${pairs.slice(0, 6).join(', ')}.`,
    'Ask the user. If it is a rename, say --rename with that candidate; if not, make two revisions: first add the new column, later drop the old one.',
  );
}

function all(text: string, pattern: RegExp): [table: string, column: string][] {
  return [...text.matchAll(new RegExp(pattern.source, 'gm'))].map((found) => [found[2]!, found[4]!]);
}

function renamed(text: string, table: string, from: string, to: string, saidFrom: string, saidTo: string): string {
  let hits = 0;
  const take = (pattern: RegExp, column: string, replacement: string) => (source: string) =>
    source.replace(new RegExp(pattern.source, 'gm'), (whole, _q, name: string, _p, found: string) => {
      if (name !== table || found !== column) return whole;
      hits += 1;
      return replacement;
    });
  const line = `    op.alter_column("${table}", "${from}", new_column_name="${to}")\n`;
  const result = take(dropped, from, '')(take(added, to, line)(text));
  if (hits === 2) return result;
  throw new LockkeeperError(
    'BAD_USAGE',
    `The models do not rename ${saidFrom} to ${saidTo}.`,
    'Write --rename table.old=table.new with the names of the database.',
  );
}

function failed(what: string, said: string): LockkeeperError {
  const last =
    said
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? '';
  return new LockkeeperError('TOOL_FAILED', `${what}: ${last.slice(0, 300)}`, 'Mend what it names, then create the migration again.');
}
