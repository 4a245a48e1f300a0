/** drizzle-kit 1.0 takes a person's answers as hints, and says what it would have asked. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { renameCandidates } from '../run/renames.js';
import type { NewMigration } from '../tool.js';
import { generate, type Kit } from './generate.js';

interface Question {
  type: string;
  kind: string;
  entity: string[];
}

/**
 * `drizzle-kit generate --output=json` with the renames that a person confirmed.
 *
 * @returns what the kit said
 * @throws LockkeeperError BAD_USAGE for renames that nobody confirmed, or that the models do not make
 */
export async function generateWithHints(kit: Kit): Promise<string> {
  const { wanted } = kit;
  const hints = wanted.renames.map(hint);
  const { said, stdout } = await generate(kit, ['--output=json', `--hints=${JSON.stringify(hints)}`]);
  const open = unresolved(stdout);
  if (open.length > 0) {
    // What would be dropped is only known once every question is answered with "created"; it is written into the copy alone.
    const creates = open.map(({ kind, entity }) => ({ type: 'create', kind, entity }));
    await generate(kit, ['--output=json', `--hints=${JSON.stringify([...hints, ...creates])}`]);
    throw unanswered(open, renameCandidates(await newest(kit)));
  }
  if (wanted.renames.length > 0) refuseUnused(wanted, await newest(kit));
  return said;
}

/** `users.name=users.full_name`, with a schema before it where it is not public; a table is one word. */
function hint({ from, to }: NewMigration['renames'][number]): object {
  const parts = from.split('.');
  const kind = parts.length === 1 ? 'table' : 'column';
  const full = (name: string): string[] => {
    const words = name.split('.');
    return words.length === (kind === 'table' ? 1 : 2) ? ['public', ...words] : words;
  };
  return { type: 'rename', kind, from: full(from), to: full(to) };
}

function unresolved(stdout: string): Question[] {
  const line = stdout.split('\n').findLast((each) => each.startsWith('{"status"'));
  if (line === undefined) return [];
  try {
    const answer = JSON.parse(line) as { status?: string; unresolved?: Question[] };
    return answer.status === 'missing_hints' ? (answer.unresolved ?? []) : [];
  } catch {
    return [];
  }
}

/** Text of the migration that the kit wrote last; empty when it wrote none. */
async function newest({ copy, call }: Kit): Promise<string> {
  const known = new Set(call.migrations.map((migration) => migration.name));
  const made = (await readdir(copy)).filter((name) => !known.has(name)).sort();
  const last = made.at(-1);
  return last === undefined ? '' : await readFile(join(copy, last, 'migration.sql'), 'utf8').catch(() => '');
}

function unanswered(open: readonly Question[], candidates: readonly string[]): LockkeeperError {
  const what = open.map(({ kind, entity }) => `${kind} ${entity.slice(1).join('.')}`).join(', ');
  return new LockkeeperError(
    'BAD_USAGE',
    `Is it renamed, or created while another is dropped with its data: ${what}? Candidates: ${candidates.slice(0, 6).join(', ') || 'see what the schema no longer has'}.`,
    'Ask the user. If it is a rename, say --rename with that candidate; if not, make two migrations: first add the new one, later drop the old one.',
  );
}

/** The kit passes over hints that do not fit, without a word. */
function refuseUnused(wanted: NewMigration, text: string): void {
  const last = (name: string): string => name.split('.').at(-1) ?? name;
  for (const { from, to } of wanted.renames) {
    if (text.includes(`"${last(from)}" ${from.includes('.') ? 'TO' : 'RENAME TO'} "${last(to)}"`)) continue;
    throw new LockkeeperError(
      'BAD_USAGE',
      `The schema does not rename ${from} to ${to}.`,
      'Write --rename table.old=table.new with the names of the database; a table is one word.',
    );
  }
}
