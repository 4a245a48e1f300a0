import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { judgeSql } from './sql-verdict.js';
import type { HookSurroundings } from './verdict.js';

const migrationFolder = /(?:^|[\\/])(?:migrations?|versions|drizzle|db[\\/]migrate|db[\\/]migration|alembic)[\\/]/i;
const statement = /^\s*(?:alter|create|drop|truncate|update|delete|insert|rename|lock|vacuum|reindex|grant|revoke|do|with|set|comment)\b/i;

/**
 * What a model should know of a migration that it is about to write: high findings of its SQL, and that Python and Go are not judged
 * before they are rendered. The write itself is not held up.
 *
 * @param input of a Write, Edit or MultiEdit
 * @returns null for any other file, and for one with nothing to say
 */
export async function sayOfWrittenFile(input: Record<string, unknown>, around: HookSurroundings): Promise<string | null> {
  const file = typeof input['file_path'] === 'string' ? input['file_path'] : '';
  const kind = /\.(sql|py|go)$/.exec(file)?.[1];
  if (kind === undefined || (kind !== 'sql' && !migrationFolder.test(file))) return null;
  const text = await textAfter(file, input, around);
  const pieces = kind === 'sql' ? [upOf(text)] : literals(text);
  const said: string[] = [];
  for (const piece of pieces.slice(0, 20)) {
    const objection = await judgeSql(piece, basename(file), 'postgres', around);
    if (objection && !said.includes(objection.reason))
      said.push(objection.reason.replace(' would run SQL with a high risk', ' holds SQL with a high risk'));
  }
  if (kind !== 'sql')
    said.push(
      `lockkeeper: ${basename(file)} is judged for certain only when it is rendered: assess_risk with its stack, its name under migrations, and render.`,
    );
  return said.length === 0 ? null : said.join('\n');
}

async function textAfter(file: string, input: Record<string, unknown>, around: HookSurroundings): Promise<string> {
  if (typeof input['content'] === 'string') return input['content'];
  const edits = Array.isArray(input['edits']) ? (input['edits'] as Record<string, unknown>[]) : [input];
  let text = await readFile(resolve(around.folder, file), 'utf8').catch(() => '');
  for (const { old_string: old, new_string: fresh } of edits) {
    if (typeof fresh !== 'string') continue;
    text = typeof old === 'string' && old !== '' && text.includes(old) ? text.replace(old, () => fresh) : `${text}\n${fresh}`;
  }
  return text;
}

/** The way up of a file that holds both ways (goose, dbmate). */
function upOf(text: string): string {
  return text.split(/^--\s*(?:\+goose\s+Down|migrate:down)\b.*$/im)[0] ?? text;
}

/** Texts in Python or Go that are SQL by their first word. */
function literals(text: string): string[] {
  const quoted = /"""([\s\S]*?)"""|'''([\s\S]*?)'''|`([^`]*)`|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'/g;
  return [...text.matchAll(quoted)]
    .map((found) => found.slice(1).find((part) => part !== undefined) ?? '')
    .filter((part) => statement.test(part) && /\s/.test(part.trim()));
}
