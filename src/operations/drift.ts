import type { Drift, DriftDifference } from '../core/drift.js';
import { belongingTo, type SchemaSnapshot } from '../core/schema.js';
import type { OperationContext } from './context.js';
import { openBaseline, writeBaseline } from './drift/baseline-file.js';
import { type FilesLook, lookAtFiles } from './drift/files.js';
import { type LiveLook, lookAt } from './drift/live.js';
import type { ToolCall } from '../orms/tool.js';
import { openStack, variableOf } from './stack-call.js';

export interface DriftInput {
  project?: string;
  stack?: string;
  /** Name of the environment variable with the address; the stack's own when absent. Only read. */
  databaseVariable?: string;
  /** Compares with this database instead of the files. */
  against?: string;
  /** Also look at the models, which runs code of the project. */
  models?: boolean;
  /** Baseline of accepted drift, relative to the project. */
  baseline?: string;
  /** Accept all that is there now, and write it to the baseline. */
  writeBaseline?: boolean;
  /** Server for throw-away databases; the embedded PostgreSQL when absent. */
  throwAwayVariable?: string;
}

/**
 * Says where models, migration files, history table and live schema disagree. The target is only read, in one read-only
 * transaction; the files are replayed by the project's own tool on a throw-away database. Nothing that it suggests is run.
 *
 * @throws LockkeeperError as `openStack` and `connect`, TOOL_FAILED when the files cannot be replayed, CONFIG_INVALID
 */
export async function drift(input: DriftInput, context: OperationContext): Promise<Drift> {
  return input.against === undefined ? withFiles(input, context) : withDatabase(input, input.against, context);
}

async function withFiles(input: DriftInput, context: OperationContext): Promise<Drift> {
  const { tool, call, problems } = await openStack(input, context);
  const variable = variableOf(input.databaseVariable, call);
  context.progress?.(0, 1, 'reading the target');
  const live = await lookAt(variable, context, tool, call);
  const files = await lookAtFiles(input, context, { tool, call }, live);
  const schemas = [live.schema, files.replay.files];
  const ignored = await historyTables(live.history === null ? call : live.history.table, schemas);
  const [{ compareSources, mendEverything }, { causeOf }] = await Promise.all([import('../drift/compare.js'), import('../drift/cause.js')]);
  const compared = compareSources({ live: live.schema, expected: files.replay.files, expectedIs: 'files', models: files.models, ignored });
  const differences: DriftDifference[] = compared.map(({ id, ...difference }) => ({
    ...difference,
    cause: causeOf(id, difference.standsAlone, difference.presentIn.includes('live'), difference.presentIn.includes('files'), {
      history: live.history,
      replay: files.replay,
      live: live.schema,
    }),
    accepted: false,
  }));
  return finish(input, context, differences, {
    stack: call.stack.id,
    databases: { live: variable, other: null },
    sources: sourcesOf(live, files),
    mend: {
      live: mendEverything(live.schema, files.replay.files, ignored),
      files: mendEverything(files.replay.files, live.schema, ignored),
    },
    pending: (live.history?.migrations ?? [])
      .filter((each) => each.state === 'pending' || each.state === 'skipped')
      .map((each) => each.name),
    checks: files.checks,
    notCompared: notCompared([live.schema, files.replay.files]),
    problems: [...problems, ...live.problems, ...files.problems],
  });
}

async function withDatabase(input: DriftInput, against: string, context: OperationContext): Promise<Drift> {
  const variable = input.databaseVariable ?? (await variableOfProject(input, context));
  context.progress?.(0, 2, 'reading both databases');
  const [live, other] = await Promise.all([lookAt(variable, context), lookAt(against, context)]);
  const call = await openStack(input, context).then(
    (open) => open.call,
    () => null,
  );
  const ignored = await historyTables(call, [live.schema, other.schema]);
  const { compareSources, mendEverything } = await import('../drift/compare.js');
  const compared = compareSources({ live: live.schema, expected: other.schema, expectedIs: 'other', models: null, ignored });
  const why = 'Two databases were compared: which of them is right, the migration files tell (leave --against out).';
  const differences = compared.map(({ id: _, ...difference }) => ({
    ...difference,
    cause: { kind: 'unknown' as const, migration: null, why },
    accepted: false,
  }));
  return finish(input, context, differences, {
    stack: null,
    databases: { live: variable, other: against },
    sources: [
      { source: 'live', looked: true, what: `PostgreSQL ${live.schema.version}, read-only` },
      { source: 'other', looked: true, what: `PostgreSQL ${other.schema.version}, read-only` },
    ],
    mend: { live: mendEverything(live.schema, other.schema, ignored), files: null },
    pending: [],
    checks: [],
    notCompared: notCompared([live.schema, other.schema]),
    problems: [...live.problems, ...other.problems],
  });
}

async function variableOfProject(input: DriftInput, context: OperationContext): Promise<string> {
  const { call } = await openStack(input, context);
  return variableOf(undefined, call);
}

/**
 * What belongs to history tables: what is applied where is the business of `status`.
 *
 * @param known the table's name, or the call of a tool that names it in its settings; else the names that the tools use
 */
async function historyTables(known: string | ToolCall | null, schemas: readonly SchemaSnapshot[]): Promise<Set<string>> {
  if (typeof known === 'string') return new Set(schemas.flatMap((schema) => [...belongingTo(schema, known)]));
  const { historyTableNames } = await import('../drift/history-tables.js');
  const named = known?.stack.settings?.['historyTable'];
  const names = (schema: SchemaSnapshot): string[] => historyTableNames(schema, named === undefined ? [] : [named]);
  return new Set(schemas.flatMap((schema) => names(schema).flatMap((table) => [...belongingTo(schema, table)])));
}

type Rest = Omit<Drift, 'counts' | 'inStep' | 'differences' | 'staleBaseline'>;

async function finish(input: DriftInput, context: OperationContext, differences: DriftDifference[], rest: Rest): Promise<Drift> {
  const baseline = await openBaseline(input, context);
  const { acceptKnown } = await import('../drift/baseline.js');
  if (input.writeBaseline === true) await writeBaseline(input, context, differences, baseline);
  const stale = acceptKnown(differences, input.writeBaseline === true ? await openBaseline(input, context) : baseline);
  const accepted = differences.filter((each) => each.accepted).length;
  return {
    ...rest,
    counts: { differences: differences.length, new: differences.length - accepted, accepted, pending: rest.pending.length },
    inStep: differences.length === accepted,
    differences,
    staleBaseline: stale,
  };
}

function sourcesOf(live: LiveLook, files: FilesLook): Drift['sources'] {
  const { history } = live;
  const applied = (history?.migrations ?? []).filter((each) => each.state === 'applied').length;
  const stand = history?.exists ? `${history.table}: ${applied} applied` : `there is no ${history?.table} yet`;
  return [
    { source: 'models', looked: files.models !== null, what: files.modelsSay },
    { source: 'files', looked: true, what: files.replay.what },
    {
      source: 'history',
      looked: history?.exists === true,
      what: history === null ? 'the role may not read it' : stand,
    },
    { source: 'live', looked: true, what: `PostgreSQL ${live.schema.version}, read in one read-only transaction` },
  ];
}

function notCompared(schemas: readonly SchemaSnapshot[]): string[] {
  return [...new Set([...schemas.flatMap((schema) => schema.others), 'owners of objects', 'order of columns'])];
}
