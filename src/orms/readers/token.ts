/** Tokens that the readers of JavaScript and Python text share. Nothing is ever evaluated. */

export interface Token {
  type: 'name' | 'string' | 'number' | 'punctuation' | 'newline';
  text: string;
  /** Decoded text of a string. */
  value: string;
  /** A template or f-string with something computed in it. */
  interpolated: boolean;
  offset: number;
  line: number;
  /** For the first token of a logical line of Python: its column; else -1. */
  indent: number;
}

/** Decodes the common escapes of a quoted string; unknown ones stay as written. */
export function unescaped(text: string): string {
  return text.replace(
    /\\(\r?\n|u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[\s\S])/g,
    (all, one: string, braced?: string, four?: string, two?: string) => {
      const code = braced ?? four ?? two;
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
      if (one === '\n' || one === '\r\n') return '';
      const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0' };
      return simple[one] ?? (/[\w]/.test(one) ? all : one);
    },
  );
}

/** True for the blanks and line ends that code is laid out with, the byte order mark among them. */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x2028 || code === 0x2029 || code === 0xfeff;
}

/** Counts lines while a lexer moves forward. */
export class Lines {
  private at = 0;
  private line = 1;

  constructor(private readonly text: string) {}

  /** Line, from 1, of an offset that is not before the last one asked for. */
  of(offset: number): number {
    for (; this.at < offset; this.at += 1) if (this.text.charCodeAt(this.at) === 10) this.line += 1;
    return this.line;
  }
}
