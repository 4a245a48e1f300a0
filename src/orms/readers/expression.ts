/** Reads one expression of JavaScript or Python from tokens into a `Value`. Whatever is computed becomes `dynamic`. */
import type { Token } from './token.js';
import { environmentOfPath, type Value } from './value.js';

const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const constants: Record<string, Value['kind']> = {
  null: 'null',
  undefined: 'null',
  None: 'null',
  true: 'boolean',
  True: 'boolean',
  false: 'boolean',
  False: 'boolean',
};

/** Deeper nesting than any configuration has: such text is not followed, so that it cannot exhaust the stack. */
const deepest = 100;

export class ExpressionReader {
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    public at: number,
  ) {}

  /** Reads up to a comma, a closer, a semicolon or the end of the logical line. */
  read(): Value {
    const start = this.at;
    const line = this.peek()?.line ?? 1;
    const first = this.operand();
    const sum: Value[] = [first];
    const either: Value[] = [];
    for (;;) {
      const token = this.peek();
      if (token === undefined || endsExpression(token)) break;
      if (token.text === 'as' || token.text === 'satisfies') this.skipType();
      else if (token.text === '!') this.at += 1;
      else if (token.text === '+') {
        this.at += 1;
        sum.push(this.operand());
      } else if (token.text === '??' || token.text === '||' || token.text === 'or') {
        this.at += 1;
        either.push(sum.length > 1 ? { kind: 'sum', parts: [...sum], line } : sum[0]!);
        sum.splice(0, sum.length, this.operand());
      } else if (token.type === 'name' && token.line !== this.tokens[this.at - 1]?.line)
        break; // A statement without a semicolon ended.
      else if (token.text === '=' || (token.type !== 'punctuation' && token.type !== 'name')) break;
      else return this.dynamic(start, line);
    }
    const last: Value = sum.length > 1 ? joined(sum, line) : sum[0]!;
    return either.length > 0 ? { kind: 'either', parts: [...either, last], line } : last;
  }

  private operand(): Value {
    if (this.depth >= deepest) return this.dynamic(this.at, this.peek()?.line ?? 1);
    this.depth += 1;
    const value = this.plainOperand();
    this.depth -= 1;
    return value;
  }

  private plainOperand(): Value {
    const token = this.peek();
    const line = token?.line ?? 1;
    if (token === undefined || endsExpression(token)) return { kind: 'dynamic', environment: [], line };
    if (token.type === 'string') return this.trailers(this.string());
    if (token.type === 'number') {
      this.at += 1;
      return { kind: 'number', value: Number(token.text.replaceAll('_', '')), line };
    }
    if (token.text === 'await') {
      this.at += 1;
      return this.operand();
    }
    if (token.text === 'new') {
      this.at += 1;
      const made = this.operand();
      return made.kind === 'call' ? { ...made, callee: `new ${made.callee}` } : made;
    }
    if (token.type === 'name') return this.name();
    if (token.text === '...' || token.text === '*' || token.text === '**') {
      this.at += 1;
      return { kind: 'splat', value: this.operand(), line };
    }
    if (token.text === '[') return this.trailers({ kind: 'list', items: this.items('[').positional, line });
    if (token.text === '{') return this.trailers(this.object());
    if (token.text === '(') {
      const { positional, commas } = this.items('(');
      if (this.peek()?.text === '=>') return this.dynamic(this.at, line);
      return this.trailers(commas === 0 && positional.length === 1 ? positional[0]! : { kind: 'list', items: positional, line });
    }
    return this.dynamic(this.at, line);
  }

  /** Adjacent strings are one, as in Python. */
  private string(): Value {
    const first = this.tokens[this.at]!;
    let value = '';
    let interpolated = false;
    const start = this.at;
    for (let token = this.peek(); token?.type === 'string'; token = this.peek()) {
      value += token.value;
      interpolated ||= token.interpolated;
      this.at += 1;
    }
    if (interpolated) return { kind: 'dynamic', environment: environmentOfTokens(this.tokens.slice(start, this.at)), line: first.line };
    return { kind: 'string', value, line: first.line };
  }

  private name(): Value {
    const token = this.tokens[this.at]!;
    this.at += 1;
    const kind = constants[token.text];
    if (kind === 'null') return { kind: 'null', line: token.line };
    if (kind === 'boolean') return { kind: 'boolean', value: /^t/i.test(token.text), line: token.line };
    if (/^(function|async|lambda|class|not|typeof)$/.test(token.text)) return this.dynamic(this.at, token.line);
    if (this.peek()?.text === '=>') return this.dynamic(this.at, token.line);
    return this.trailers({ kind: 'name', path: token.text, line: token.line });
  }

  /** `.name`, `?.name`, `["name"]`, `(arguments)` and `!` after an operand. */
  private trailers(operand: Value): Value {
    let value = operand;
    for (let links = 0; ; links += 1) {
      if (links >= deepest) return this.dynamic(this.at, value.line);
      const token = this.peek();
      const next = this.tokens[this.at + 1];
      if (token?.text === '.' || token?.text === '?.') {
        if (next?.type !== 'name') return this.dynamic(this.at, value.line);
        this.at += 2;
        value =
          value.kind === 'name'
            ? { ...value, path: `${value.path}.${next.text}` }
            : { kind: 'call', callee: `.${next.text}`, positional: [], named: [], on: value, line: value.line };
      } else if (token?.text === '[' && value.kind === 'name') {
        const { positional } = this.items('[');
        const key = positional[0];
        if (key?.kind !== 'string') return { kind: 'dynamic', environment: [], line: value.line };
        value = { ...value, path: `${value.path}.${key.value}` };
      } else if (token?.text === '(') {
        const { positional, named } = this.items('(');
        if (value.kind === 'name') value = { kind: 'call', callee: value.path, positional, named, on: null, line: value.line };
        else if (value.kind === 'call' && value.positional.length === 0 && value.callee.startsWith('.'))
          value = { ...value, positional, named };
        else value = { kind: 'call', callee: '', positional, named, on: value, line: value.line };
      } else if (token?.text === '!' && next?.text !== '=') this.at += 1;
      else return value;
    }
  }

  /** Items between brackets; `key=value` goes to `named`. */
  private items(open: string): { positional: Value[]; named: { key: string; value: Value }[]; commas: number } {
    const close = closers[open]!;
    const positional: Value[] = [];
    const named: { key: string; value: Value }[] = [];
    let commas = 0;
    this.at += 1;
    for (let token = this.peek(); token !== undefined && token.text !== close; token = this.peek()) {
      const before = this.at;
      if (token.text === ',') {
        commas += 1;
        this.at += 1;
      } else if (token.type === 'newline') this.at += 1;
      else if (token.type === 'name' && this.tokens[this.at + 1]?.text === '=') {
        this.at += 2;
        named.push({ key: token.text, value: this.read() });
      } else positional.push(this.read());
      if (this.at === before) this.at += 1; // Never stand still on broken text.
    }
    this.at += 1;
    return { positional, named, commas };
  }

  private object(): Value {
    const open = this.tokens[this.at]!;
    const entries: { key: string; value: Value }[] = [];
    this.at += 1;
    for (let token = this.peek(); token !== undefined && token.text !== '}'; token = this.peek()) {
      const before = this.at;
      const next = this.tokens[this.at + 1];
      if (token.text === '...' || token.text === '**') {
        this.at += 1;
        entries.push({ key: '...', value: this.read() });
      } else if (token.type !== 'punctuation' && next?.text === ':') {
        this.at += 2;
        entries.push({ key: token.type === 'string' ? token.value : token.text, value: this.read() });
      } else if (token.type === 'name' && (next?.text === ',' || next?.text === '}')) {
        this.at += 1;
        entries.push({ key: token.text, value: { kind: 'name', path: token.text, line: token.line } });
      } else if (token.text === ',') this.at += 1;
      else {
        // A computed key, a method, a set: nothing of it is a setting.
        this.dynamic(this.at, token.line);
      }
      if (this.at === before) this.at += 1;
    }
    this.at += 1;
    return { kind: 'object', entries, line: open.line };
  }

  /** Skips to the end of the expression, brackets balanced, and keeps only the names of environment variables. */
  private dynamic(start: number, line: number): Value {
    const open: string[] = [];
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (open.length === 0 && endsExpression(token)) break;
      if (token.type === 'punctuation') {
        const close = closers[token.text];
        if (close !== undefined) open.push(close);
        else if (token.text === open.at(-1)) open.pop();
      }
      this.at += 1;
    }
    return { kind: 'dynamic', environment: environmentOfTokens(this.tokens.slice(start, this.at)), line };
  }

  /** A TypeScript type after `as`: names, generics, brackets. */
  private skipType(): void {
    this.at += 1;
    let depth = 0;
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (depth === 0 && (endsExpression(token) || token.text === '??' || token.text === '||')) return;
      if (depth === 0 && (token.text === 'as' || token.text === 'satisfies')) return;
      if (
        depth === 0 &&
        token.type === 'name' &&
        this.tokens[this.at - 1]?.type === 'name' &&
        token.line !== this.tokens[this.at - 1]?.line
      )
        return;
      if ('<[{('.includes(token.text)) depth += 1;
      else if ('>]})'.includes(token.text)) depth -= 1;
      this.at += 1;
    }
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }
}

function endsExpression(token: Token): boolean {
  return token.type === 'newline' || (token.type === 'punctuation' && [',', ')', ']', '}', ';', ':'].includes(token.text));
}

/** Literal strings that are added are one string; lists are one list. */
function joined(parts: Value[], line: number): Value {
  if (parts.every((part) => part.kind === 'string'))
    return { kind: 'string', value: parts.map((part) => (part.kind === 'string' ? part.value : '')).join(''), line };
  return { kind: 'sum', parts, line };
}

/** Names of environment variables in a stretch of code, templates included. */
function environmentOfTokens(tokens: readonly Token[]): string[] {
  const text = tokens.map((token) => token.text).join('');
  const names = [...text.matchAll(/(?:process\.env|import\.meta\.env|os\.environ)(?:\.|\[["'])([A-Za-z_]\w*)/g)].map((found) => found[1]!);
  names.push(...[...text.matchAll(/\b(?:getenv|environ\.get|env)\(["']([A-Za-z_]\w*)["']/g)].map((found) => found[1]!));
  return [...new Set([...names, ...environmentOfPath(text)])];
}
