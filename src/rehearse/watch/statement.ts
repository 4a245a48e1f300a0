/** What a statement is, as far as watching it needs: read from its first words, comments passed over. */
import { skipComment } from '../../sql/postgres/split.js';

const control = new Set(['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release', 'prepare']);
const quiet = new Set([
  'set',
  'reset',
  'show',
  'discard',
  'deallocate',
  'declare',
  'fetch',
  'move',
  'close',
  'listen',
  'unlisten',
  'explain',
  'copy',
]);
const never = new Set(['vacuum', 'copy']);

/** The first words of a statement, in lower case, without comments. */
export function firstWords(sql: string): string {
  let at = 0;
  for (;;) {
    while (/[\s(]/.test(sql[at] ?? '')) at += 1;
    const after = skipComment(sql, at, sql.charCodeAt(at));
    if (after === at) return sql.slice(at, at + 200).toLowerCase();
    at = after;
  }
}

/** BEGIN, COMMIT, ROLLBACK and their kin. */
export function isControl(sql: string): boolean {
  const words = firstWords(sql);
  const [word = ''] = /^\w+/.exec(words) ?? [];
  return control.has(word) && (word !== 'prepare' || /^prepare\s+transaction/.test(words));
}

/** Statements that change or lock nothing worth a look: settings, cursors, reads of the catalog. */
export function isQuiet(sql: string): boolean {
  const words = firstWords(sql);
  const [word = ''] = /^\w+/.exec(words) ?? [];
  if (word === '' || control.has(word) || quiet.has(word)) return true;
  if (word !== 'select' && word !== 'with' && word !== 'values') return false;
  return /\bpg_\w+\b|information_schema|current_schema|\bversion\s*\(|^select\s+(?:1|null)\s*;?\s*$/i.test(sql);
}

/** Statements that PostgreSQL refuses inside a transaction block, by their first words; others are found by trying. */
export function runsAlone(sql: string): boolean {
  const words = firstWords(sql);
  const [word = ''] = /^\w+/.exec(words) ?? [];
  return (
    never.has(word) ||
    /\bconcurrently\b/.test(words) ||
    /^(?:create|drop|alter)\s+(?:database|tablespace|system|subscription)\b/.test(words)
  );
}
