import type { Drift, DriftDifference } from '../core/drift.js';
import type { History } from '../core/history.js';
import { belongingTo, type SchemaSnapshot } from '../core/schema.js';
import type { OperationContext } from './context.js';
import { openBaseline, writeBaseline } from './drift/baseline-file.js';
import { type FilesLook, lookAtFiles } from './drift/files.js';
import { lookAt } from './drift/live.js';
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
  const ignored = new Set([...belongingTo(live.schema, live.history.table), ...belongingTo(files.replay.files, live.history.table)]);
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
    pending: live.history.migrations.filter((each) => each.state === 'pending' || each.state === 'skipped').map((each) => each.name),
    checks: files.checks,
    notCompared: notCompared([live.schema, files.replay.files]),
    problems: [...problems, ...live.problems, ...files.problems],
  });
}

async function withDatabase(input: DriftInput, against: string, context: OperationContext): Promise<Drift> {
  const variable = input.databaseVariable ?? (await variableOfProject(input, context));
  context.progress?.(0, 2, 'reading both databases');
  const [live, other] = await Promise.all([lookAt(variable, context), lookAt(against, context)]);
  const ignored = await historyTables(input, context, [live.schema, other.schema]);
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

/** Tables that the known tools keep their history in: what is applied where is the business of `status`. */
async function historyTables(input: DriftInput, context: OperationContext, schemas: readonly SchemaSnapshot[]): Promise<Set<string>> {
  const { historyTableNames } = await import('../drift/history-tables.js');
  const named = await openStack(input, context).then(
    ({ call }) => (call.stack.settings?.['historyTable'] === undefined ? [] : [call.stack.settings['historyTable']]),
    () => [],
  );
  return new Set(schemas.flatMap((schema) => historyTableNames(schema, named).flatMap((table) => [...belongingTo(schema, table)])));
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

function sourcesOf(live: { schema: SchemaSnapshot; history: History }, files: FilesLook): Drift['sources'] {
  const applied = live.history.migrations.filter((each) => each.state === 'applied').length;
  return [
    { source: 'models', looked: files.models !== null, what: files.modelsSay },
    { source: 'files', looked: true, what: files.replay.what },
    {
      source: 'history',
      looked: live.history.exists,
      what: live.history.exists ? `${live.history.table}: ${applied} applied` : `there is no ${live.history.table} yet`,
    },
    { source: 'live', looked: true, what: `PostgreSQL ${live.schema.version}, read in one read-only transaction` },
  ];
}

function notCompared(schemas: readonly SchemaSnapshot[]): string[] {
  return [...new Set([...schemas.flatMap((schema) => schema.others), 'owners of objects', 'order of columns'])];
}
