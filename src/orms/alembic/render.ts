/** SQL of revisions: Alembic's offline mode with a mark before each statement; what needs a connection runs on a throw-away database. */
import { relative } from 'node:path';
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Script } from '../../core/stack.js';
import { withoutOwnTransaction } from './transaction.js';
import { withValues } from '../run/recorded-sql.js';
import type { Rendering, ThrowAwayTarget, ToolCall } from '../tool.js';
import { alembic, nowhere } from './command.js';

const at = '-- lockkeeper:at ';
const usesConnection = /\bget_bind\s*\(|\bis_offline_mode\s*\(|\bget_context\s*\(\s*\)\s*\.\s*(?:bind|connection)\b|\bSession\s*\(/;

const recordedText = 'it works on the connection: what it sends depends on the rows, and it was recorded on empty tables';

/** Revisions that are tried again from behind one that failed. */
const mostRetries = 20;

/** @param names of the revisions that are asked for; those before them are rendered on the way */
export async function renderAlembic(call: ToolCall, names: readonly string[], throwAway: ThrowAwayTarget | null): Promise<Rendering> {
  const wanted = new Set(names);
  const problems: LockkeeperProblem[] = [];
  const up = await offline(call, 'up', problems);
  const down = call.stack.heads.length === 1 ? await offline(call, 'down', []) : new Map<string, Script>();
  const online = call.migrations.filter(
    (each) => wanted.has(each.name) && (!up.has(each.name) || usesConnection.test(call.repository.tryRead(each.file) ?? '')),
  );
  const failed = new Map<string, string>();
  const seen = new Set<string>();
  if (throwAway !== null) for (const each of online) if (await record(call, each, throwAway, { up, down, failed })) seen.add(each.name);
  const migrations = call.migrations
    .filter((each) => wanted.has(each.name))
    .map((migration): Migration => {
      const script = up.get(migration.name);
      if (script === undefined) {
        const reason =
          failed.get(migration.name) ?? 'Alembic could not render it offline, and there was no throw-away database to run it on';
        return { ...migration, notes: [...migration.notes, { message: reason, line: null }] };
      }
      const notes = seen.has(migration.name) ? [...migration.notes, { message: recordedText, line: null }] : migration.notes;
      const back = down.get(migration.name);
      const [settledUp, settledDown] = [withoutOwnTransaction(script), back === undefined ? null : withoutOwnTransaction(back)];
      const mode = (outside: boolean | undefined): Migration['transactionMode'] => (outside ? 'none' : migration.transactionMode);
      return {
        ...migration,
        up: settledUp.script,
        down: settledDown?.script ?? null,
        transactionMode: mode(settledUp.outside),
        downTransactionMode: mode(settledDown?.outside),
        unrendered: null,
        notes,
      };
    });
  return { migrations, ran: ['env.py and the revision files of Alembic'], problems };
}

/** Renders the whole graph; a revision that fails is left out, and rendering goes on behind it. */
async function offline(call: ToolCall, direction: 'up' | 'down', problems: LockkeeperProblem[]): Promise<Map<string, Script>> {
  const scripts = new Map<string, Script>();
  let from = direction === 'up' ? '' : `${call.stack.heads[0] ?? ''}:`;
  for (let round = 0; round < mostRetries; round += 1) {
    const words = direction === 'up' ? ['upgrade', `${from}heads`, '--sql'] : ['downgrade', `${from}base`, '--sql'];
    const result = await alembic(call, nowhere, words, true);
    const parts = cut(result.stdout, direction, call);
    const broken = result.exitCode === 0 ? undefined : parts.at(-1)?.revision;
    for (const part of parts) if (part.revision !== broken) scripts.set(part.revision, part.script);
    if (result.exitCode === 0) break;
    if (broken === undefined) {
      if (direction === 'up' && scripts.size === 0)
        problems.push({
          code: 'NOT_RENDERED',
          message: `alembic upgrade --sql failed: ${lastLine(result.said)}`,
          next: 'Mend what it names, then render again.',
        });
      break;
    }
    // Downwards it goes on below the one that failed.
    const below = direction === 'up' ? [broken] : (call.migrations.find((each) => each.name === broken)?.parents ?? []);
    if (below.length !== 1) break;
    from = `${below[0]}:`;
  }
  return scripts;
}

interface Part {
  revision: string;
  script: Script;
}

/** Cuts the output at `-- Running upgrade A -> B`, and turns marks into places. */
function cut(output: string, direction: 'up' | 'down', call: ToolCall): Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  let places: NonNullable<Script['places']> = [];
  let place: { file: string; line: number } | null = null;
  const known = new Map(call.migrations.map((migration) => [migration.name, migration]));
  for (const line of output.split('\n')) {
    if (line.startsWith(at)) {
      place = placeOf(line.slice(at.length), call);
      continue;
    }
    const running = /^-- Running (upgrade|downgrade) (.*?) -> (.*)$/.exec(line);
    if (running) {
      const revision = (direction === 'up' ? running[3]! : running[2]!).trim();
      const migration = known.get(revision);
      lines = [];
      places = [];
      if (migration) parts.push({ revision, script: { file: migration.file, line: 1, sql: '', places } });
      continue;
    }
    const part = parts.at(-1);
    // What no revision made is Alembic's own: its table, its transaction.
    if (part === undefined || place === null || (lines.length === 0 && line.trim() === '')) continue;
    if (places.at(-1)?.line !== place.line || places.at(-1)?.file !== place.file) places.push({ from: lines.length + 1, ...place });
    lines.push(line);
    part.script.sql = `${lines.join('\n').trimEnd()}\n`;
  }
  return parts;
}

function placeOf(text: string, call: ToolCall): { file: string; line: number } | null {
  const found = /^(.*):(\d+)$/.exec(text.trim());
  return found === null ? null : { file: relative(call.repository.root, found[1]!).replaceAll('\\', '/'), line: Number(found[2]) };
}

interface Rendered {
  up: Map<string, Script>;
  down: Map<string, Script>;
  /** Why one could not be had. */
  failed: Map<string, string>;
}

/**
 * Runs one revision on the throw-away, after those before it, up and down and up again, and takes the statements that it sent.
 *
 * @returns true when it ran
 */
async function record(call: ToolCall, migration: Migration, throwAway: ThrowAwayTarget, { up, down, failed }: Rendered): Promise<boolean> {
  for (const parent of migration.parents ?? []) {
    const before = await alembic(call, throwAway.address, ['upgrade', parent]);
    if (before.exitCode === 0) continue;
    failed.set(migration.name, `its parents do not run on a throw-away database: ${lastLine(before.said)}`);
    up.delete(migration.name);
    return false;
  }
  throwAway.recorded();
  const run = await alembic(call, throwAway.address, ['upgrade', migration.name], true);
  if (run.exitCode !== 0) {
    failed.set(migration.name, `it does not run on a throw-away database: ${lastLine(run.said)}`);
    up.delete(migration.name);
    return false;
  }
  up.set(migration.name, sent(call, migration, throwAway));
  down.delete(migration.name);
  const { parents = [] } = migration;
  if (parents.length > 1 || call.stack.heads.length > 1) return true;
  const back = await alembic(call, throwAway.address, ['downgrade', parents[0] ?? 'base'], true);
  if (back.exitCode === 0) down.set(migration.name, sent(call, migration, throwAway));
  await alembic(call, throwAway.address, ['upgrade', migration.name]);
  throwAway.recorded();
  return true;
}

/** The statements of a revision that arrived, with their places. */
function sent(call: ToolCall, migration: Migration, throwAway: ThrowAwayTarget): Script {
  const lines: string[] = [];
  const places: NonNullable<Script['places']> = [];
  for (const statement of throwAway.recorded()) {
    const marked = /^\/\* lockkeeper:at (.*?) \*\/ ([\s\S]*)$/.exec(statement.sql);
    const word = /^\s*(BEGIN|COMMIT)\b/i.exec(statement.sql)?.[1]?.toUpperCase();
    if (word !== undefined) lines.push(`${word};`);
    const place = marked === null ? null : placeOf(marked[1]!, call);
    if (marked === null || place === null || statement.failed) continue;
    places.push({ from: lines.length + 1, ...place });
    lines.push(...`${withValues(marked[2]!, statement.values).trim().replace(/;*$/, '')};`.split('\n'));
  }
  return { file: migration.file, line: 1, sql: `${lines.join('\n')}\n`, places };
}

/** What was said last: the exception with the lines that belong to it, else the last line. */
function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const at = lines.findLastIndex((line) => /^[\w.]*(?:Error|Exception|Refused)\b|^FAILED:/.test(line));
  const told = at === -1 ? lines.slice(-1) : lines.slice(at, at + 3);
  return told.length === 0
    ? 'it said nothing'
    : told
        .map((line) => line.trim())
        .join(' ')
        .slice(0, 300);
}
