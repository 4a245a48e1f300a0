/** Splits Python text into tokens: comments gone, strings whole, logical lines ended by a `newline` token. */
import { isBlank, Lines, unescaped, type Token } from './token.js';

const stringStart = /([rRbBuUfFtT]{0,2})('''|"""|'|")/y;
const word = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const number = /0[xXbBoO][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?[jJ]?/y;
const operators = /\*\*|\/\/|->|:=|[=!<>+\-*/|&%^@]=|[\s\S]/y;

/** Tokens of a module. Broken text gives what could be read; nothing throws. */
export function pythonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const lines = new Lines(text);
  let at = 0;
  let depth = 0;
  let lineStart = 0;
  let atLineStart = true;
  const add = (type: Token['type'], end: number, value = '', interpolated = false): void => {
    tokens.push({
      type,
      text: text.slice(at, end),
      value,
      interpolated,
      offset: at,
      line: lines.of(at),
      indent: atLineStart && type !== 'newline' ? at - lineStart : -1,
    });
    if (type !== 'newline') atLineStart = false;
    at = end;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character === '\n') {
      if (depth === 0 && !atLineStart) add('newline', at + 1);
      else at += 1;
      if (depth === 0) atLineStart = true;
      lineStart = at;
    } else if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else if (isBlank(text.charCodeAt(at))) at += 1;
    else if (character === '#') at = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
    else if (match(stringStart, text, at)) {
      stringStart.lastIndex = at;
      const [, prefix = '', quote = "'"] = stringStart.exec(text)!;
      const start = at + prefix.length + quote.length;
      const end = endOfString(text, start, quote);
      const raw = text.slice(start, Math.max(start, end - quote.length));
      add('string', end, /r/i.test(prefix) ? raw : unescaped(raw), /[ft]/i.test(prefix) && /\{[^{]/.test(raw));
    } else if (match(word, text, at)) add('name', word.lastIndex);
    else if (match(number, text, at)) add('number', number.lastIndex);
    else {
      match(operators, text, at);
      if ('([{'.includes(character)) depth += 1;
      else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
      if (character === ';' && depth === 0) {
        // Two statements on one line: the second has the indent of the first, which nobody here needs.
        add('newline', at + 1);
      } else add('punctuation', operators.lastIndex);
    }
  }
  if (!atLineStart) add('newline', at);
  return tokens;
}

function match(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Offset after the closing quote; a raw string keeps its backslashes, but they still guard the quote. */
function endOfString(text: string, start: number, quote: string): number {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (quote.length === 1 && text[at] === '\n') return at;
  }
  return text.length;
}
