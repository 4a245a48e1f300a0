/** Files with `-- +goose ENVSUB ON`: rendered by the environment that the caller chose. */
import type { Migration } from '../../core/stack.js';
import type { ToolCall } from '../tool.js';
import { parseGoose } from './annotations.js';
import { expand } from './substitution.js';

const secretName = /pass|pwd|secret|token|credential|private|api.?key|dsn/i;
const secretValue = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Values of such variables stay out of the SQL that lockkeeper shows. */
export function isSecret(name: string, value: string): boolean {
  return secretName.test(name) || secretValue.test(value);
}

/**
 * Fills in a file's variables. One that is not set makes it unknown: goose would put in nothing, which is hardly meant.
 *
 * @returns the migration as it was, with the reason in its notes, when it cannot be rendered
 */
export function renderVariables(call: ToolCall, migration: Migration): Migration {
  if (migration.unrendered !== 'environment') return migration;
  const text = call.repository.tryRead(migration.file);
  if (text === null) return migration;
  const use: VariableUse = { used: new Set(), unset: new Set(), defaulted: new Set(), hidden: new Set(), failed: null };
  const parsed = parseGoose(migration.file, text, (line) => expandLine(line, call.environment, use));
  const note = (message: string): Migration => ({ ...migration, notes: [...withoutTemplate(migration), { message, line: null }] });
  if (use.failed !== null) return note(`goose refuses its variables: ${use.failed}`);
  if (use.unset.size > 0) return note(`ENVSUB: not set in this environment: ${list(use.unset)}; goose would put in nothing`);
  return {
    ...migration,
    up: parsed.up,
    down: parsed.down,
    unrendered: null,
    notes: [...withoutTemplate(migration), { message: sentence(use), line: null }],
  };
}

/**
 * Variables that a migration's file takes from the environment.
 *
 * @returns those that are set, for the child's environment, and names of those that are not and have no default
 */
export function variablesOf(call: ToolCall, file: string): { set: Record<string, string>; unset: string[] } {
  const use: VariableUse = { used: new Set(), unset: new Set(), defaulted: new Set(), hidden: new Set(), failed: null };
  if (file.endsWith('.go')) return { set: {}, unset: [] };
  parseGoose(file, call.repository.tryRead(file) ?? '', (line) => expandLine(line, call.environment, use));
  const set = [...use.used].flatMap((name) => {
    const value = call.environment[name];
    return value === undefined || name.startsWith('GOOSE_') ? [] : [[name, value] as const];
  });
  return { set: Object.fromEntries(set), unset: [...use.unset] };
}

interface VariableUse {
  used: Set<string>;
  /** Not set, and without a default. */
  unset: Set<string>;
  defaulted: Set<string>;
  hidden: Set<string>;
  failed: string | null;
}

function expandLine(line: string, environment: ToolCall['environment'], use: VariableUse): string {
  const answer = expand(line, ({ name, written, hasDefault }) => {
    const value = environment[name];
    use.used.add(name);
    if (value === undefined || (value === '' && hasDefault)) {
      (hasDefault ? use.defaulted : use.unset).add(name);
      return value === '' ? { value } : { value: undefined };
    }
    if (!isSecret(name, value)) return { value };
    use.hidden.add(name);
    return { literally: written };
  });
  if ('failed' in answer) use.failed ??= answer.failed;
  return 'failed' in answer ? line : answer.text;
}

function sentence(use: VariableUse): string {
  const parts = [`ENVSUB: rendered with ${list(use.used) || 'no variable'} of this environment`];
  if (use.defaulted.size > 0) parts.push(`the defaults of ${list(use.defaulted)}`);
  if (use.hidden.size > 0) parts.push(`${list(use.hidden)} left as written, since values of secrets are not shown`);
  return parts.join('; ');
}

function list(names: ReadonlySet<string>): string {
  return [...names].join(', ');
}

/** The remark that the text is a template goes with the template. */
function withoutTemplate(migration: Migration): Migration['notes'] {
  return migration.notes.filter((note) => !note.message.startsWith('templated: ENVSUB'));
}
