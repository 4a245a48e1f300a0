/** Finds what a Python module assigns, imports and defines, without running it. */
import { ExpressionReader } from './expression.js';
import { pythonTokens } from './python-tokens.js';
import type { Token } from './token.js';
import type { Value, ValueOf } from './value.js';

/** One assignment, `NAME = value`, `NAME: type = value` or `NAME += value`. */
export interface Assignment {
  name: string;
  /** `NAME += value` adds to what was there. */
  adds: boolean;
  value: Value;
  line: number;
  /** Column of the statement: 0 is the module's own level. */
  indent: number;
}

export interface PythonClass {
  name: string;
  bases: string[];
  line: number;
  /** Assignments directly in the class. */
  body: Assignment[];
}

interface Statement {
  indent: number;
  start: number;
  end: number;
}

export class PythonModule {
  readonly tokens: readonly Token[];
  private readonly statements: Statement[] = [];

  constructor(text: string) {
    this.tokens = pythonTokens(text);
    let start = 0;
    this.tokens.forEach((token, at) => {
      if (token.type !== 'newline') return;
      if (at > start) this.statements.push({ indent: Math.max(0, this.tokens[start]!.indent), start, end: at });
      start = at + 1;
    });
  }

  /** All assignments to plain names and to `NAME["key"]`, in order. */
  assignments(): Assignment[] {
    return this.statements.flatMap((statement) => this.assignment(statement) ?? []);
  }

  /** The last assignment of a name at the module's own level. */
  value(name: string): Assignment | null {
    return this.assignments().findLast((each) => each.name === name && each.indent === 0) ?? null;
  }

  classes(): PythonClass[] {
    return this.statements.flatMap((statement, at) => {
      const tokens = this.tokens.slice(statement.start, statement.end);
      if (tokens[0]?.text !== 'class' || tokens[1] === undefined) return [];
      const body: Assignment[] = [];
      let bodyIndent: number | null = null;
      for (const inner of this.statements.slice(at + 1)) {
        if (inner.indent <= statement.indent) break;
        bodyIndent ??= inner.indent;
        const assignment = inner.indent === bodyIndent ? this.assignment(inner) : null;
        if (assignment !== null) body.push(assignment);
      }
      const open = tokens.findIndex((token) => token.text === '(');
      const call = open === -1 ? null : new ExpressionReader(this.tokens, statement.start + 1).read();
      const bases = call?.kind === 'call' ? call.positional.flatMap((base) => (base.kind === 'name' ? [base.path] : [])) : [];
      return [{ name: tokens[1].text, bases, line: tokens[0].line, body }];
    });
  }

  /** Modules imported: `from X import a, b` and `import X`, relative dots kept. */
  imports(): { module: string; names: string[]; line: number }[] {
    return this.statements.flatMap((statement) => {
      const tokens = this.tokens.slice(statement.start, statement.end);
      const line = tokens[0]?.line ?? 1;
      if (tokens[0]?.text === 'import') {
        return tokens
          .slice(1)
          .map((token) => token.text)
          .join('')
          .split(',')
          .map((module) => ({ module: module.replace(/as\w+$/, ''), names: [], line }));
      }
      const at = tokens.findIndex((token) => token.text === 'import');
      if (tokens[0]?.text !== 'from' || at === -1) return [];
      const names = tokens
        .slice(at + 1)
        .filter((token) => token.type === 'name' || token.text === '*')
        .map((token) => token.text);
      return [
        {
          module: tokens
            .slice(1, at)
            .map((token) => token.text)
            .join(''),
          names,
          line,
        },
      ];
    });
  }

  /** Calls of a function anywhere, by its dotted path or its end: `configure` finds `context.configure(…)`. */
  calls(path: string): ValueOf<'call'>[] {
    const last = path.slice(path.lastIndexOf('.') + 1);
    const calls: ValueOf<'call'>[] = [];
    this.tokens.forEach((token, at) => {
      if (token.type !== 'name' || token.text !== last || this.tokens[at + 1]?.text !== '(') return;
      let start = at;
      while (this.tokens[start - 1]?.text === '.' && this.tokens[start - 2]?.type === 'name') start -= 2;
      const written = this.tokens
        .slice(start, at + 1)
        .map((each) => each.text)
        .join('');
      if (written !== path && !written.endsWith(`.${path}`)) return;
      let call: Value | null = new ExpressionReader(this.tokens, start).read();
      while (call?.kind === 'call' && call.callee !== written) call = call.on;
      if (call?.kind === 'call') calls.push(call);
    });
    return calls;
  }

  private assignment({ start, end, indent }: Statement): Assignment | null {
    const first = this.tokens[start]!;
    if (first.type !== 'name') return null;
    let name = first.text;
    let at = start + 1;
    if (this.tokens[at]?.text === '[' && this.tokens[at + 1]?.type === 'string' && this.tokens[at + 2]?.text === ']') {
      name = `${name}.${this.tokens[at + 1]!.value}`;
      at += 3;
    }
    if (this.tokens[at]?.text === ':') {
      while (at < end && this.tokens[at]?.text !== '=') at += 1;
    }
    const operator = this.tokens[at]?.text;
    if (at >= end || (operator !== '=' && operator !== '+=')) return null;
    return { name, adds: operator === '+=', value: new ExpressionReader(this.tokens, at + 1).read(), line: first.line, indent };
  }
}
