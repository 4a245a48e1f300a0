/** SQL of goose migrations that are no plain SQL: Go, run and recorded on a throw-away database, and files with variables. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { LockkeeperProblem } from '../../core/errors.js';
import { redact } from '../../core/redact.js';
import type { Migration, Script } from '../../core/stack.js';
import { runChild } from '../run/child.js';
import { turnedVariables } from '../run/environment.js';
import { withValues } from '../run/recorded-sql.js';
import type { Rendering, ThrowAwayTarget, ToolCall } from '../tool.js';
import { buildGoose, type GooseProgram } from './build.js';
import { gooseVersion } from './history.js';
import { isSecret, renderVariables } from './variables.js';
import { requestOf } from './run.js';

interface Step {
  version: number;
  direction: 'up' | 'down';
  statements: { sql: string; values: (string | null)[]; file: string; line: number; failed: boolean }[];
  failed: string;
}

/**
 * Renders files with ENVSUB by the caller's environment, and Go migrations by running every migration up to the last one asked
 * for on the throw-away database, and down again.
 */
export async function renderGoose(call: ToolCall, names: readonly string[], throwAway: ThrowAwayTarget | null): Promise<Rendering> {
  const wanted = new Set(names);
  const asked = call.migrations.filter((each) => wanted.has(each.name)).map((each) => renderVariables(call, each));
  const go = asked.filter((each) => each.unrendered === 'go');
  if (go.length === 0 || throwAway === null) return { migrations: asked, ran: [], problems: [] };
  const ran = ['the packages of the Go migrations, init functions included, built outside of the module'];
  const program = await buildGoose(call);
  try {
    if (program.path === null) {
      return unrendered(asked, `the Go migrations do not compile: ${compilerSaid(program)}`, ran);
    }
    const { steps, said } = await record(call, go, program, throwAway);
    if (steps.length === 0) return unrendered(asked, `the program of the migrations did not come to the first one: ${said}`, ran);
    return {
      migrations: asked.map((each) => (each.unrendered === 'go' ? rendered(call, each, steps) : each)),
      ran,
      problems: problemsOf(call, steps),
    };
  } finally {
    await program.remove();
  }
}

async function record(
  call: ToolCall,
  go: readonly Migration[],
  program: GooseProgram,
  throwAway: ThrowAwayTarget,
): Promise<{ steps: Step[]; said: string }> {
  const answer = join(program.folder, 'answer.jsonl');
  const versions = go.map(gooseVersion).sort((a, b) => (a < b ? -1 : 1));
  const request = requestOf(call, throwAway.address, 'record', { answer, first: versions[0]!, last: versions.at(-1)! });
  const result = await runChild({
    words: [program.path!],
    folder: join(call.repository.root, call.stack.folder),
    environment: { ...request, ...turnedVariables(call.environment, throwAway.address) },
    secrets: secretsOf(call),
    timeoutMs: 5 * 60_000,
    ...(call.signal ? { signal: call.signal } : {}),
  });
  const text = await readFile(answer, 'utf8').catch(() => '');
  const steps = text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Step);
  return { steps, said: result.timedOut ? 'it did not come to an end in 5 minutes' : lastLine(result.said) };
}

function rendered(call: ToolCall, migration: Migration, steps: readonly Step[]): Migration {
  const version = Number(gooseVersion(migration));
  const up = steps.find((step) => step.version === version && step.direction === 'up');
  const down = steps.find((step) => step.version === version && step.direction === 'down');
  if (up === undefined || up.failed !== '') {
    const reason =
      up === undefined
        ? 'one before it does not run on a throw-away database'
        : `it does not run on a throw-away database: ${shown(call, up.failed)}`;
    return withNote(migration, reason);
  }
  const notes: Migration['notes'] = [
    { message: 'runs Go: what it sends may depend on rows and on the environment; it was recorded on empty tables', line: null },
  ];
  if (down !== undefined && down.failed !== '')
    notes.push({ message: `its way back does not run on a throw-away database: ${shown(call, down.failed)}`, line: null });
  else if (down === undefined) notes.push({ message: 'its way back was not recorded: a later one cannot be taken back', line: null });
  else if (down.statements.length === 0)
    notes.push({ message: 'its way back sends nothing: goose down deletes the record and undoes nothing', line: null });
  const back = down === undefined || down.failed !== '' || down.statements.length === 0 ? null : scriptOf(call, migration, down);
  return { ...migration, up: scriptOf(call, migration, up), down: back, unrendered: null, notes: [...migration.notes, ...notes] };
}

function scriptOf(call: ToolCall, migration: Migration, step: Step): Script {
  const lines: string[] = [];
  const places: NonNullable<Script['places']> = [];
  for (const { sql, values, file, line, failed } of step.statements) {
    if (failed) continue;
    places.push({ from: lines.length + 1, file: relative(call.repository.root, file).replaceAll('\\', '/'), line });
    lines.push(...`${hidden(call, withValues(sql, values)).trim().replace(/;*$/, '')};`.split('\n'));
  }
  return { file: migration.file, line: 1, sql: lines.length === 0 ? '' : `${lines.join('\n')}\n`, places };
}

/** A failure on the way is told once, with the migration that it belongs to. */
function problemsOf(call: ToolCall, steps: readonly Step[]): LockkeeperProblem[] {
  return steps
    .filter((step) => step.failed !== '')
    .map((step) => {
      const migration = call.migrations.find((each) => Number(gooseVersion(each)) === step.version);
      const isEmbedded = /extension|prepared statement .* (?:already exists|does not exist)/i.test(step.failed);
      return {
        code: 'NOT_RENDERED' as const,
        message: `${migration?.name ?? step.version} does not run ${step.direction} on a throw-away database: ${shown(call, step.failed)}`,
        next: isEmbedded
          ? 'The embedded database has one session and few extensions: name a server for throw-away databases (--throwaway-server-env), then render again.'
          : 'Mend it; what comes after it is not rendered either.',
        ...(migration === undefined ? {} : { file: migration.file }),
      };
    });
}

function unrendered(asked: readonly Migration[], reason: string, ran: string[]): Rendering {
  return {
    migrations: asked.map((each) => (each.unrendered === 'go' ? withNote(each, reason) : each)),
    ran,
    problems: [{ code: 'NOT_RENDERED', message: `goose: ${reason}`, next: 'Mend what it names, then render again.' }],
  };
}

function withNote(migration: Migration, message: string): Migration {
  return { ...migration, notes: [...migration.notes, { message, line: null }] };
}

function compilerSaid({ build }: GooseProgram): string {
  const lines = build.said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return build.timedOut ? 'the build took too long' : (lines.slice(0, 2).join(' ') || 'the compiler said nothing').slice(0, 400);
}

/** Values that the environment keeps under the name of a secret. */
function secretsOf(call: ToolCall): string[] {
  return Object.entries(call.environment).flatMap(([name, value]) =>
    value !== undefined && value.length > 5 && isSecret(name, value) ? [value] : [],
  );
}

/** SQL without the secrets of the environment that a migration put into it. */
function hidden(call: ToolCall, sql: string): string {
  return secretsOf(call).reduce((text, secret) => text.replaceAll(secret, '***'), sql);
}

/** What the database said; goose puts the whole statement before it. */
function shown(call: ToolCall, message: string): string {
  const refusal = message.slice(Math.max(0, message.lastIndexOf('ERROR: ')));
  return redact(refusal.replace(/\s+/g, ' '), [...secretsOf(call), call.repository.root]).slice(0, 400);
}

/** A panic is followed by where it was; else the end tells. */
function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.startsWith('panic: ')) ?? lines.at(-1) ?? 'it said nothing').slice(0, 300);
}
