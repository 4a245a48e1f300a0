import type { Script } from '../../core/stack.js';

/**
 * Takes out of a rendered script the BEGIN and COMMIT that are Alembic's and not the revision's: an `autocommit_block` shows as
 * `COMMIT; …; BEGIN;`, and the transaction that it opens again is ended by Alembic after the history row. Lines keep their numbers.
 *
 * @returns `outside`: the script begins outside a transaction
 */
export function withoutOwnTransaction(script: Script): { script: Script; outside: boolean } {
  const lines = script.sql.split('\n');
  const isWord = (line: string | undefined, word: string): boolean => line?.trim().toUpperCase() === word;
  const first = (): number => lines.findIndex((line) => line.trim() !== '');
  const last = (): number => lines.findLastIndex((line) => line.trim() !== '');
  let outside = false;
  while (isWord(lines[first()], 'BEGIN;') && !lines.slice(first() + 1).every((line) => line.trim() === '')) lines[first()] = '';
  if (isWord(lines[first()], 'COMMIT;')) {
    lines[first()] = '';
    outside = true;
  }
  while (isWord(lines[last()], 'COMMIT;') || isWord(lines[last()], 'BEGIN;')) lines[last()] = '';
  // What was opened again and has statements is ended by Alembic.
  const open = lines.findLastIndex((line) => isWord(line, 'BEGIN;'));
  if (open !== -1 && !lines.slice(open).some((line) => isWord(line, 'COMMIT;'))) lines.push('COMMIT;');
  const sql = `${lines.join('\n').trimEnd()}\n`;
  return { script: { ...script, sql: sql.trim() === '' ? '' : sql }, outside };
}
