/** One statement's extent in a script; `start` is its first token, `end` excludes the semicolon. Offsets in UTF-16 units. */
export interface Extent {
  start: number;
  end: number;
}

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code > 127 || (code >= 48 && code <= 57) || code === 36;

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xfeff;

/**
 * Splits a script where PostgreSQL's own lexer ends statements: comments (nested), quotes, `E''` strings, dollar quotes,
 * parentheses (rules) and `BEGIN ATOMIC … END` bodies are passed over. Lines that begin with `\` belong to psql.
 *
 * @returns statements in order, and the extents of psql lines. Never throws; an open quote reaches to the end.
 * Source: PostgreSQL documentation, chapter 4.1 and psql's scanner.
 */
export function splitStatements(sql: string): { statements: Extent[]; psqlLines: Extent[] } {
  const statements: Extent[] = [];
  const psqlLines: Extent[] = [];
  let start = -1;
  let depth = 0;
  let atomicDepth = 0;
  let previousWord = '';
  let position = 0;
  const finish = (end: number): void => {
    if (start >= 0) statements.push({ start, end });
    start = -1;
    depth = 0;
    atomicDepth = 0;
    previousWord = '';
  };

  while (position < sql.length) {
    const code = sql.charCodeAt(position);
    if (isSpace(code)) {
      position++;
      continue;
    }
    const afterComment = skipComment(sql, position, code);
    if (afterComment > position) {
      position = afterComment;
      continue;
    }
    if (code === 92 && start < 0) {
      const lineEnd = endOfLine(sql, position);
      psqlLines.push({ start: position, end: lineEnd });
      position = lineEnd;
      continue;
    }
    if (code === 59 && depth === 0 && atomicDepth === 0) {
      finish(position);
      position++;
      continue;
    }
    if (start < 0) start = position;
    if (code === 39) {
      position = skipQuoted(sql, position, 39, /^e$/i.test(previousWord) && isWord(sql.charCodeAt(position - 1)));
    } else if (code === 34) {
      position = skipQuoted(sql, position, 34, false);
    } else if (code === 36 && (position === 0 || !isWord(sql.charCodeAt(position - 1)))) {
      position = skipDollarQuoted(sql, position);
    } else if (isWord(code)) {
      const wordStart = position;
      while (position < sql.length && isWord(sql.charCodeAt(position))) position++;
      const length = position - wordStart;
      const word = length <= 6 ? sql.slice(wordStart, position).toLowerCase() : '';
      if (word === 'atomic' && previousWord === 'begin') atomicDepth = 1;
      else if (atomicDepth > 0 && word === 'case') atomicDepth++;
      else if (atomicDepth > 0 && word === 'end') atomicDepth--;
      previousWord = word;
      continue;
    } else {
      if (code === 40) depth++;
      else if (code === 41 && depth > 0) depth--;
      position++;
    }
    previousWord = '';
  }
  if (start >= 0) finish(trimEnd(sql, start));
  return { statements, psqlLines };
}

/** Offset after a comment that starts here, or the same offset when none does. */
export function skipComment(sql: string, position: number, code: number): number {
  if (code === 45 && sql.charCodeAt(position + 1) === 45) return endOfLine(sql, position);
  if (code !== 47 || sql.charCodeAt(position + 1) !== 42) return position;
  let nesting = 1;
  let at = position + 2;
  while (at < sql.length && nesting > 0) {
    const open = sql.indexOf('/*', at);
    const close = sql.indexOf('*/', at);
    if (close < 0) return sql.length;
    if (open >= 0 && open < close) {
      nesting++;
      at = open + 2;
    } else {
      nesting--;
      at = close + 2;
    }
  }
  return at;
}

/** Offset after a quoted string or name that starts here. A doubled quote is part of it; `\` escapes only in `E''`. */
export function skipQuoted(sql: string, position: number, quote: number, escapes: boolean): number {
  let at = position + 1;
  for (; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (escapes && code === 92) at++;
    else if (code === quote) {
      if (sql.charCodeAt(at + 1) !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

/** Offset after a dollar-quoted string, or after the `$` when it is none (a parameter such as `$1`). */
export function skipDollarQuoted(sql: string, position: number): number {
  let at = position + 1;
  if (sql.charCodeAt(at) >= 48 && sql.charCodeAt(at) <= 57) return at;
  while (at < sql.length && sql.charCodeAt(at) !== 36 && isWord(sql.charCodeAt(at))) at++;
  if (sql.charCodeAt(at) !== 36) return position + 1;
  const tag = sql.slice(position, at + 1);
  const close = sql.indexOf(tag, at + 1);
  return close < 0 ? sql.length : close + tag.length;
}

function endOfLine(sql: string, position: number): number {
  const end = sql.indexOf('\n', position);
  return end < 0 ? sql.length : end;
}

function trimEnd(sql: string, start: number): number {
  let end = sql.length;
  while (end > start && isSpace(sql.charCodeAt(end - 1))) end--;
  return end;
}
