/** What a configuration's text says, as far as it says it literally. */

export type Value = { line: number } & (
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'list'; items: Value[] }
  | { kind: 'object'; entries: { key: string; value: Value }[] }
  /** `a.b.c`; `a["b"]` reads as `a.b`. */
  | { kind: 'name'; path: string }
  | { kind: 'call'; callee: string; positional: Value[]; named: { key: string; value: Value }[]; on: Value | null }
  /** `...x`, `*x`, `**x` */
  | { kind: 'splat'; value: Value }
  /** `a + b` */
  | { kind: 'sum'; parts: Value[] }
  /** `a ?? b`, `a || b`, `a or b`: the first that is set. */
  | { kind: 'either'; parts: Value[] }
  /** Anything computed, with the environment variables that its text names. */
  | { kind: 'dynamic'; environment: string[] }
);

export type ValueOf<Kind extends Value['kind']> = Extract<Value, { kind: Kind }>;

/** Property of an object; spread objects written in place are looked through. Later keys win, as in the languages. */
export function property(value: Value | undefined, ...path: string[]): Value | undefined {
  let current = value;
  for (const key of path) {
    if (current?.kind !== 'object') return undefined;
    let found: Value | undefined;
    for (const entry of current.entries) {
      if (entry.key === key) found = entry.value;
      else if (entry.key === '...' && entry.value.kind === 'object') found = property(entry.value, key) ?? found;
    }
    current = found;
  }
  return current;
}

/** A literal string, or null. */
export function textOf(value: Value | undefined): string | null {
  return value?.kind === 'string' ? value.value : null;
}

/** Literal strings of a string or a list of strings; null when any part is not literal. */
export function textsOf(value: Value | undefined): string[] | null {
  if (value === undefined) return null;
  if (value.kind === 'string') return [value.value];
  if (value.kind !== 'list') return null;
  const texts = value.items.map(textOf);
  return texts.includes(null) ? null : (texts as string[]);
}

const environmentCalls =
  /^(env|getenv|os\.getenv|os\.environ\.get|os\.environ\.setdefault|environ\.get|config|decouple\.config|env\.(str|get|url|db|db_url|bool|int|path|string|asString)|environ\.Env\.db|Deno\.env\.get|Bun\.env\.get|os\.Getenv|os\.LookupEnv|required|getEnv|requireEnv|getRequiredEnv|env_var)$/;

/** Environment variables that a value names anywhere in it, in order. */
export function environmentOf(value: Value | undefined): string[] {
  if (value === undefined) return [];
  const names: string[] = [];
  visit(value, (each) => {
    if (each.kind === 'dynamic') names.push(...each.environment);
    if (each.kind === 'name') names.push(...environmentOfPath(each.path));
    if (each.kind === 'call' && environmentCalls.test(each.callee)) {
      const first = textOf(each.positional[0] ?? each.named.find((argument) => argument.key === 'var_name')?.value);
      if (first !== null && /^[A-Za-z_]\w*$/.test(first)) names.push(first);
    }
  });
  return [...new Set(names)];
}

/** `process.env.X`, `import.meta.env.X`, `os.environ.X`, `Bun.env.X`, `env.X` with a name in capitals. */
export function environmentOfPath(path: string): string[] {
  const name = /^(?:process\.env|import\.meta\.env|os\.environ|environ|Bun\.env|env|ENV)\.([A-Za-z_]\w*)$/.exec(path)?.[1];
  if (name === undefined) return [];
  return path.startsWith('env.') && name !== name.toUpperCase() ? [] : [name];
}

/** Calls back for a value and everything in it. */
export function visit(value: Value, see: (value: Value) => void): void {
  see(value);
  if (value.kind === 'list') for (const item of value.items) visit(item, see);
  if (value.kind === 'object') for (const entry of value.entries) visit(entry.value, see);
  if (value.kind === 'splat') visit(value.value, see);
  if (value.kind === 'sum' || value.kind === 'either') for (const part of value.parts) visit(part, see);
  if (value.kind === 'call') {
    if (value.on !== null) visit(value.on, see);
    for (const argument of value.positional) visit(argument, see);
    for (const argument of value.named) visit(argument.value, see);
  }
}
