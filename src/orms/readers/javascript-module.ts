/** Finds the values that a JavaScript or TypeScript configuration module exports or declares, without running it. */
import { ExpressionReader } from './expression.js';
import { javascriptTokens } from './javascript-tokens.js';
import type { Token } from './token.js';
import { property, type Value, type ValueOf } from './value.js';

export class JavascriptModule {
  readonly tokens: readonly Token[];
  private readonly declared = new Map<string, number>();

  constructor(text: string) {
    this.tokens = javascriptTokens(text);
    this.tokens.forEach((token, at) => {
      if (token.type !== 'name' || !/^(const|let|var)$/.test(token.text)) return;
      const name = this.tokens[at + 1];
      const start = name?.type === 'name' ? this.startOfInitializer(at + 2) : null;
      if (name !== undefined && start !== null && !this.declared.has(name.text)) this.declared.set(name.text, start);
    });
  }

  /** Names of the modules it imports or requires. */
  imports(): string[] {
    return this.tokens.flatMap((token, at) => {
      const before = this.tokens[at - 1];
      const called = before?.text === '(' && /^(require|import)$/.test(this.tokens[at - 2]?.text ?? '');
      return token.type === 'string' && (called || before?.text === 'from' || before?.text === 'import') ? [token.value] : [];
    });
  }

  /** Default export: the object itself, or the first object given to a call such as `defineConfig({…})`. */
  exported(): ValueOf<'object'> | null {
    for (let at = 0; at < this.tokens.length; at += 1) {
      const start = this.startOfExport(at);
      if (start === null) continue;
      const found = this.asObject(new ExpressionReader(this.tokens, start).read(), 4);
      if (found !== null) return found;
    }
    return null;
  }

  /** Calls of a function or constructor, e.g. `DataSource` in `new DataSource({…})`. */
  calls(name: string): ValueOf<'call'>[] {
    const calls: ValueOf<'call'>[] = [];
    this.tokens.forEach((token, at) => {
      if (token.type !== 'name' || token.text !== name || this.tokens[at + 1]?.text !== '(') return;
      const value = new ExpressionReader(this.tokens, at).read();
      let call: Value | null = value;
      while (call?.kind === 'call' && call.callee !== name) call = call.on;
      if (call?.kind === 'call') calls.push(call);
    });
    return calls;
  }

  /** Follows a name to the constant that declares it. */
  resolve(value: Value | undefined, depth = 4): Value | undefined {
    if (value?.kind !== 'name' || depth === 0) return value;
    const [first = '', ...rest] = value.path.split('.');
    const start = this.declared.get(first);
    if (start === undefined) return value;
    const declared = this.resolve(new ExpressionReader(this.tokens, start).read(), depth - 1);
    return rest.length === 0 ? declared : (this.resolve(property(declared, ...rest), depth - 1) ?? value);
  }

  /** An object behind names, `defineConfig(…)`, arrow functions that only return it, and lists of one. */
  asObject(value: Value | undefined, depth: number): ValueOf<'object'> | null {
    const resolved = this.resolve(value);
    if (resolved === undefined || depth === 0) return null;
    if (resolved.kind === 'object') return this.withSpreads(resolved, depth);
    if (resolved.kind === 'call') return this.asObject(resolved.positional[0], depth - 1);
    if (resolved.kind === 'list') return this.asObject(resolved.items[0], depth - 1);
    return null;
  }

  /** Spread constants of the same module are put in place, so that `property` sees through them. */
  private withSpreads(object: ValueOf<'object'>, depth: number): ValueOf<'object'> {
    const entries = object.entries.map((entry) => {
      if (entry.key !== '...') return entry;
      return { key: '...', value: this.asObject(entry.value, depth - 1) ?? entry.value };
    });
    return { ...object, entries };
  }

  private startOfExport(at: number): number | null {
    const token = this.tokens[at]!;
    const next = this.tokens[at + 1]?.text;
    if (token.text === 'export' && next === 'default') return at + 2;
    if (token.text === 'export' && next === '=') return at + 2;
    if (token.text === 'module' && next === '.' && this.tokens[at + 2]?.text === 'exports' && this.tokens[at + 3]?.text === '=')
      return at + 4;
    return null;
  }

  /** After a declared name: past a type annotation to what follows `=`. */
  private startOfInitializer(at: number): number | null {
    let depth = 0;
    for (let index = at; index < Math.min(at + 60, this.tokens.length); index += 1) {
      const { text } = this.tokens[index]!;
      if (depth === 0 && text === '=') return index + 1;
      if (depth === 0 && (text === ';' || text === ',' || text === 'of' || text === 'in')) return null;
      if ('<({['.includes(text)) depth += 1;
      else if ('>)}]'.includes(text)) depth -= 1;
    }
    return null;
  }
}
