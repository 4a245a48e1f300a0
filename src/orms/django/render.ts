/** SQL of Django's migrations, with the line of each operation. */
import type { LockkeeperProblem } from '../../core/errors.js';
import type { RemarkKind } from '../../core/remark.js';
import type { Migration, Script } from '../../core/stack.js';
import type { Rendering, ThrowAwayTarget, ToolCall } from '../tool.js';
import { manage } from './command.js';
import { renderProgram } from './program.js';

interface Entry {
  lines?: (number | null)[];
  notes?: [string, number | null, RemarkKind?][];
  atomic?: boolean;
  up?: [string, number | null][];
  down?: [string, number | null][] | null;
  downPartly?: boolean;
  failed?: string;
}

/**
 * Renders in one process of the project's own Django: SQL needs the schema before it, so every migration is also applied to the
 * throw-away database.
 */
export async function renderDjango(call: ToolCall, names: readonly string[], throwAway: ThrowAwayTarget | null): Promise<Rendering> {
  const wanted = new Set(names);
  const asked = call.migrations.filter((each) => wanted.has(each.name));
  if (throwAway === null) return { migrations: asked, ran: [], problems: [] };
  const environment = { ...call.environment, LOCKKEEPER_WANTED: JSON.stringify(names) };
  const result = await manage({ ...call, environment }, throwAway.address, ['shell', '-v', '0', '-c', renderProgram]);
  const line = /^LOCKKEEPER (\{.*\})$/m.exec(result.stdout)?.[1];
  const problems: LockkeeperProblem[] = [];
  if (line === undefined) {
    const said =
      result.said
        .split('\n')
        .filter((each) => each.trim() !== '')
        .at(-1) ?? 'it said nothing';
    problems.push({
      code: 'NOT_RENDERED',
      message: `manage.py did not render: ${said.slice(0, 300)}`,
      next: 'Mend what it names, then render again.',
    });
    return { migrations: asked, ran: ['the settings and applications of the Django project'], problems };
  }
  const answer = JSON.parse(line) as Record<string, Entry>;
  const failed = Object.entries(answer).find(([, entry]) => entry.failed !== undefined);
  if (failed)
    problems.push({
      code: 'NOT_RENDERED',
      message: `${failed[0]} does not run on a throw-away database: ${failed[1].failed}`,
      next: 'Mend it; what comes after it is not rendered either.',
    });
  return {
    migrations: asked.map((migration) => rendered(migration, answer[migration.name])),
    ran: ['the settings, applications and migrations of the Django project'],
    problems,
  };
}

function rendered(migration: Migration, entry: Entry | undefined): Migration {
  if (entry?.up === undefined || entry.failed !== undefined) {
    const message = entry?.failed ?? 'one before it does not run on a throw-away database';
    return { ...migration, notes: [...migration.notes, { message, line: null }] };
  }
  const notes = (entry.notes ?? []).map(([message, line, remark]) => ({ message, line, ...(remark ? { remark } : {}) }));
  const down = entry.down == null || entry.downPartly ? null : scriptOf(migration, entry.down, entry.lines ?? []);
  return {
    ...migration,
    up: scriptOf(migration, entry.up, entry.lines ?? []),
    down: down?.sql.trim() ? down : null,
    transactionMode: entry.atomic === false ? 'none' : 'per-file',
    unrendered: null,
    notes: [...migration.notes, ...notes],
  };
}

function scriptOf(migration: Migration, statements: readonly [string, number | null][], lines: readonly (number | null)[]): Script {
  const text: string[] = [];
  const places: NonNullable<Script['places']> = [];
  for (const [sql, operation] of statements) {
    places.push({ from: text.length + 1, file: migration.file, line: operation === null ? null : (lines[operation] ?? null) });
    text.push(...sql.trim().replace(/;*$/, ';').split('\n'));
  }
  return { file: migration.file, line: 1, sql: text.length === 0 ? '' : `${text.join('\n')}\n`, places };
}
