import { skipComment, skipDollarQuoted, skipQuoted } from './split.js';

/** Words that end a column's expression when they stand outside parentheses. */
const stops = new Set([
  'check',
  'references',
  'unique',
  'primary',
  'generated',
  'constraint',
  'deferrable',
  'initially',
  'enforced',
  'stored',
  'virtual',
  'using',
  'with',
  'where',
  'include',
  'tablespace',
  'collate',
  'no',
]);

/**
 * Cuts an expression out of a statement: from its first token, with the parentheses that belong to it, to the comma,
 * closing parenthesis or clause that ends it. PostgreSQL's tree says where an expression begins, not where it ends.
 *
 * @param sql the statement
 * @param begin offset of the expression's first token
 */
export function sliceExpression(sql: string, begin: number): string {
  let start = begin;
  let depth = 0;
  let position = begin;
  let words = 0;
  while (position < sql.length) {
    const code = sql.charCodeAt(position);
    const afterComment = skipComment(sql, position, code);
    if (afterComment > position) {
      position = afterComment;
    } else if (code === 39) {
      position = skipQuoted(sql, position, 39, /[eE]/.test(sql[position - 1] ?? ''));
    } else if (code === 34) {
      position = skipQuoted(sql, position, 34, false);
    } else if (code === 36) {
      position = skipDollarQuoted(sql, position);
    } else if (code === 40 || code === 91) {
      depth++;
      position++;
    } else if (code === 41 || code === 93) {
      if (depth === 0) {
        const opening = openingBefore(sql, start);
        if (opening < 0) break;
        start = opening;
        depth++;
      }
      depth--;
      position++;
    } else if ((code === 44 || code === 59) && depth === 0) {
      break;
    } else if (/[a-z_]/i.test(sql[position]!)) {
      const word = /[\w$]+/y;
      word.lastIndex = position;
      const found = word.exec(sql)![0].toLowerCase();
      if (
        depth === 0 &&
        words > 0 &&
        (stops.has(found) || (found === 'not' && /^\s+(null|valid|deferrable|enforced)\b/i.test(sql.slice(position + 3))))
      )
        break;
      words++;
      position += found.length;
    } else {
      if (code > 32) words++;
      position++;
    }
  }
  return sql.slice(start, position).trim();
}

function openingBefore(sql: string, start: number): number {
  let at = start - 1;
  while (at >= 0 && /\s/.test(sql[at]!)) at--;
  return sql[at] === '(' ? at : -1;
}
