/** Splits JavaScript and TypeScript text into tokens: comments gone, strings and templates whole, regular expressions skipped. */
import { isBlank, Lines, unescaped, type Token } from './token.js';

const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?)n?/y;
const operators = /=>|\?\?=?|\?\.(?!\d)|\.\.\.|===|!==|==|!=|&&|\|\||[\s\S]/y;

/** Tokens of a module. Broken text gives what could be read; nothing throws. */
export function javascriptTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const lines = new Lines(text);
  let at = 0;
  const add = (type: Token['type'], end: number, value = '', interpolated = false): void => {
    tokens.push({ type, text: text.slice(at, end), value, interpolated, offset: at, line: lines.of(at), indent: -1 });
    at = end;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (isBlank(text.charCodeAt(at))) at += 1;
    else if (text.startsWith('//', at) || (at === 0 && text.startsWith('#!'))) at = endOf(text, '\n', at);
    else if (text.startsWith('/*', at)) at = endOf(text, '*/', at + 2);
    else if (character === '"' || character === "'") {
      const end = endOfString(text, at, character);
      add('string', end, unescaped(text.slice(at + 1, end - 1)));
    } else if (character === '`') {
      const { end, interpolated } = endOfTemplate(text, at);
      add('string', end, unescaped(text.slice(at + 1, end - 1)), interpolated);
    } else if (character === '/' && startsRegularExpression(tokens.at(-1))) at = endOfRegularExpression(text, at);
    else if (match(word, text, at)) add('name', word.lastIndex);
    else if (match(number, text, at)) add('number', number.lastIndex);
    else {
      match(operators, text, at);
      add('punctuation', operators.lastIndex);
    }
  }
  return tokens;
}

function match(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function endOf(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at + what.length;
}

function endOfString(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === '\n') return at; // Unterminated: a string ends with its line.
  }
  return text.length;
}

function endOfTemplate(text: string, start: number): { end: number; interpolated: boolean } {
  let interpolated = false;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return { end: at + 1, interpolated };
    else if (text[at] === '$' && text[at + 1] === '{') {
      interpolated = true;
      let depth = 1;
      for (at += 2; at < text.length && depth > 0; at += 1) {
        if (text[at] === '{') depth += 1;
        else if (text[at] === '}') depth -= 1;
        else if (text[at] === '`') at = endOfTemplate(text, at).end - 1;
      }
      at -= 1;
    }
  }
  return { end: text.length, interpolated };
}

/** A slash starts a regular expression where a value may start. */
function startsRegularExpression(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.type === 'punctuation') return !/^[)\]}]$/.test(before.text);
  return before.type === 'name' && /^(return|typeof|case|in|of|delete|void|throw|new)$/.test(before.text);
}

function endOfRegularExpression(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '\n')
      return start + 1; // It was a division after all.
    else if (character === '/' && !inClass) return at + 1;
  }
  return start + 1;
}
