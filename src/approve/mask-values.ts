/** SQL without its values, for the journal: what was done, and not to which data. */
import { redact } from '../core/redact.js';
import { sanitise } from '../core/sanitise.js';

const longest = 4000;

/**
 * Quoted names (kept), texts, code in dollars and comments, whichever comes first. What is never closed takes the rest
 * along: showing too little is the safe side.
 */
const token = new RegExp(
  [
    '("(?:[^"]|"")*(?:"|$))',
    String.raw`\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)`,
    String.raw`(?:\b[uU]&|\b[bBxXnN])?'(?:[^']|'')*(?:'|$)`,
    String.raw`(?<![\w$])\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?(?:\$\2\$|$)`,
    String.raw`--[^\n]*`,
    String.raw`\/\*[\s\S]*?(?:\*\/|$)`,
  ].join('|'),
  'g',
);
const number = /(?<![\w$."])[+-]?(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?(?![\w$."])/g;

/** Statements that carry rows. In others a number is a length or a limit, which tells what was done. */
const carriesRows = /\b(?:INSERT|UPDATE|DELETE|MERGE|COPY|VALUES|SELECT|CALL|EXECUTE)\b/i;

/**
 * Takes values and comments out of a statement: texts, code in dollars, and numbers where rows may be. Names stay.
 *
 * @param sql one statement
 * @returns at most 4 000 characters
 */
export function maskValues(sql: string): string {
  const plain = sql.replace(token, (found, name: string | undefined) => (name !== undefined ? name : isComment(found) ? ' ' : "'…'"));
  const masked = carriesRows.test(plain) ? plain.replace(number, '…') : plain;
  const clean = redact(sanitise(masked)).replace(/\s+/g, ' ').trim();
  return clean.length <= longest ? clean : `${clean.slice(0, longest)}…`;
}

/** A statement without its comments, quoted parts as they are. */
export function withoutComments(sql: string): string {
  return sql.replace(token, (found) => (isComment(found) ? ' ' : found)).trim();
}

function isComment(found: string): boolean {
  return found.startsWith('--') || found.startsWith('/*');
}
