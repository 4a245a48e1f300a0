/** Rehearses pending migrations on a throw-away database. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import type { Rehearsal } from '../core/rehearsal.js';
import type { Migration } from '../core/stack.js';
import type { RehearseInput as EngineInput } from '../rehearse/input.js';
import type { ApplicationQuery } from '../rehearse/queries.js';
import type { TargetRead } from '../rehearse/target.js';
import { type OperationContext, stopWhenCancelled } from './context.js';
import { placePath, readTextFile } from './gather/text-file.js';
import { type OpenStack, openStack } from './stack-call.js';
import { connectInput } from './target.js';

export interface RehearseInput {
  project?: string;
  stack?: string;
  /** Names of the migrations; those before the first of them are the history. The pending ones, or else the newest one, when absent. */
  migrations?: string[];
  /** Names of migrations already applied, where no target tells. */
  applied?: string[];
  /** Name of the environment variable with the address of the target. Only read. */
  databaseVariable?: string;
  /** What to start from; the target where one is named. */
  from?: 'target' | 'history';
  /** Name of the environment variable with a server for throw-away databases. */
  shadowVariable?: string;
  /** Only on this kind of place. */
  place?: 'native' | 'embedded';
  /** SQL files with queries of the application. */
  queries?: string[];
  /** Write rollback SQL where it was proven and none is there. */
  writeRollback?: boolean;
}

/**
 * Runs migrations there and back on a database made for it, with rows made up for it, by the stack's own tool.
 *
 * @throws LockkeeperError NOT_THROWAWAY, NOTHING_TO_DO, HISTORY_BLOCKED, TOOL_NOT_FOUND, DATABASE_UNREACHABLE, BAD_USAGE, CANCELLED
 */
export async function rehearse(input: RehearseInput, context: OperationContext): Promise<Rehearsal> {
  const opened = await openStack(input, context);
  const { tool, call } = opened;
  if (tool.apply === undefined || tool.history === undefined)
    throw new LockkeeperError('NOT_OFFERED', `${tool.name} migrations cannot be run yet.`, 'Assess them instead.');
  if (input.from === 'target' && input.databaseVariable === undefined)
    throw new LockkeeperError('BAD_USAGE', 'There is no target to start from.', 'Name the variable with its address: --database-env NAME.');
  const queries = await readQueries(input.queries ?? [], call.repository.root, context);
  const { target, applied, next } = await readTarget(input, opened, context);
  const problems: LockkeeperProblem[] = [...opened.problems];
  const { before, migrations } = chosen(input, call.migrations, applied, next, problems);
  const fromTarget = target !== null && input.from !== 'history';
  const [{ rehearse: run }, { choosePlace }, { look }, { loadJudge }] = await Promise.all([
    import('../rehearse/rehearse.js'),
    import('../rehearse/places/choose.js'),
    import('../run/look.js'),
    import('../rules/judge.js'),
  ]);
  const judge = await (context.loadJudge ?? loadJudge)();
  stopWhenCancelled(context);
  context.progress?.(0, migrations.length, 'making a throw-away database');
  const place = await choosePlace({
    server: input.shadowVariable === undefined ? null : connectInput(input.shadowVariable, context),
    kind: input.place ?? null,
    version: target?.version ?? null,
    target: target?.identity ?? null,
    extensions: target?.extensions ?? extensionsIn(call.migrations),
    environment: call.environment,
    project: call.repository.root,
    ...(context.signal ? { signal: context.signal } : {}),
  });
  const engine: EngineInput = {
    tool,
    call,
    place,
    migrations,
    before,
    target: fromTarget ? target.start : null,
    queries: [...queries, ...(target?.queries ?? [])],
    look: (toolCall, connect) => look(tool, toolCall, connect),
    predict: (units, catalog, version) =>
      judge({ version, units, catalog: structuredClone(catalog), historyIsComplete: true, facts: null }).statements,
    fileText: (file) => (call.repository.hasFile(file) ? call.repository.read(file) : null),
    writeRollback: input.writeRollback ?? false,
    ...(context.progress ? { progress: context.progress } : {}),
    ...(context.signal ? { signal: context.signal } : {}),
  };
  const answer = await run(engine);
  if (input.writeRollback) await writeRollbacks(answer, call.repository.root);
  return { ...answer, problems: [...problems, ...answer.problems] };
}

async function readTarget(
  input: RehearseInput,
  { tool, call }: OpenStack,
  context: OperationContext,
): Promise<{ target: TargetRead | null; applied: string[] | null; next: string[] | null }> {
  if (input.databaseVariable === undefined) return { target: null, applied: null, next: null };
  context.progress?.(0, 1, 'reading the schema of the target');
  const [{ postgres }, { withSession }, { readHistory }, { readRehearsalTarget }] = await Promise.all([
    import('../databases/postgres.js'),
    import('../databases/engine.js'),
    import('../run/look.js'),
    import('../rehearse/target.js'),
  ]);
  return withSession(postgres, connectInput(input.databaseVariable, context), async (session) => {
    const history = await readHistory(tool, call, session);
    const target = await readRehearsalTarget(session, history.exists ? history.table : null);
    const applied = history.migrations.filter((each) => each.state === 'applied').map((each) => each.name);
    return { target, applied, next: history.next };
  });
}

/** Which migrations are rehearsed, and which are their history. */
function chosen(
  input: RehearseInput,
  all: readonly Migration[],
  applied: readonly string[] | null,
  next: readonly string[] | null,
  problems: LockkeeperProblem[],
): { before: Migration[]; migrations: Migration[] } {
  const find = (name: string): Migration => {
    const found = all.find((migration) => migration.name === name || migration.file === name);
    if (found) return found;
    throw new LockkeeperError(
      'MIGRATION_NOT_FOUND',
      `There is no migration ${name}.`,
      `The last ones are ${all
        .slice(-5)
        .map((each) => each.name)
        .join(', ')}.`,
    );
  };
  const done =
    applied ??
    (input.applied === undefined
      ? null
      : all.slice(0, Math.max(-1, ...input.applied.map((name) => all.indexOf(find(name)))) + 1).map((each) => each.name));
  if (input.migrations !== undefined && input.migrations.length > 0) {
    const wanted = new Set(input.migrations.map(find));
    const migrations = all.filter((migration) => wanted.has(migration));
    const first = all.indexOf(migrations[0] as Migration);
    const before = done === null ? all.slice(0, first) : all.filter((migration) => done.includes(migration.name) && !wanted.has(migration));
    return { before, migrations };
  }
  const migrations =
    next !== null ? next.map(find) : done !== null ? all.filter((migration) => !done.includes(migration.name)) : all.slice(-1);
  if (migrations.length === 0)
    throw new LockkeeperError(
      'NOTHING_TO_DO',
      'No migration is pending.',
      'Name the migrations to rehearse (--migrations), or see lockkeeper status.',
    );
  if (next === null && done === null) {
    problems.push({
      code: 'BAD_USAGE',
      message: `Which migrations are pending is not known without a target: the newest one was rehearsed, ${migrations[0]?.name}.`,
      next: 'Name the target (--database-env), the migrations (--migrations), or the last applied one (--applied).',
    });
  }
  return {
    before: all.filter((migration) => !migrations.includes(migration) && (done === null || done.includes(migration.name))),
    migrations,
  };
}

async function readQueries(files: readonly string[], root: string, context: OperationContext): Promise<ApplicationQuery[]> {
  if (files.length === 0) return [];
  const { queriesOf } = await import('../rehearse/queries.js');
  const queries: ApplicationQuery[] = [];
  for (const file of files) {
    const place = await placePath(root, context.workingFolder, file);
    if (place.kind === 'folder')
      throw new LockkeeperError('BAD_USAGE', `${file} is a folder.`, 'Name SQL files with the queries.', { file });
    queries.push(...queriesOf(await readTextFile(place), place.shown));
  }
  return queries;
}

function extensionsIn(migrations: readonly Migration[]): string[] {
  const names = migrations.flatMap((migration) =>
    [...(migration.up?.sql ?? '').matchAll(/create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi)].map((match) => match[1] ?? ''),
  );
  return [...new Set(names)];
}

/** Writes the proven SQL; a file that is there is never touched. */
async function writeRollbacks(answer: Rehearsal, root: string): Promise<void> {
  for (const { name, wayBack } of answer.migrations) {
    if (wayBack.rollback === null) continue;
    const path = join(root, wayBack.rollback.file);
    await mkdir(dirname(path), { recursive: true });
    const head = `-- Takes ${name} back. Proven by lockkeeper rehearse: ${wayBack.rollback.proven.replace(/\s+/g, ' ')}\n`;
    wayBack.rollback.written = await writeFile(path, head + wayBack.rollback.sql, { flag: 'wx' }).then(
      () => true,
      () => false,
    );
  }
}
