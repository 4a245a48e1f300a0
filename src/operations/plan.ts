import { LockkeeperError } from '../core/errors.js';
import type { LockkeeperProblem } from '../core/errors.js';
import type { SafePlan } from '../core/plan.js';
import type { PlanChange } from '../core/plan-change.js';
import type { Stack, SupportedTool } from '../core/stack.js';
import type { Surroundings } from '../core/surroundings.js';
import type { RecipeContext } from '../plan/context.js';
import { Catalog } from '../sql/catalog/catalog.js';
import { measured } from './assess.js';
import { type OperationContext, openProject } from './context.js';
import { gather } from './gather/gather.js';
import { connectInput } from './target.js';

export interface PlanInput {
  project?: string;
  stack?: string;
  /** Exactly one of `changes`, `sql` and `migration`. */
  changes?: PlanChange[];
  /** Unsafe SQL to be rewritten. */
  sql?: string;
  /** Name of a migration of the stack to be rewritten. */
  migration?: string;
  /** SQL file with the schema to start from; it replaces the history. */
  schema?: string;
  /** Environment variable with the address of the target; only read. */
  databaseVariable?: string;
  serverVersion?: number;
  /** One of the ways that a plan offers. */
  way?: string;
  /** Render migrations that are Python with the real tool: runs code of the project. Default false. */
  render?: boolean;
  throwAwayVariable?: string;
}

export interface Planned extends SafePlan {
  problems: LockkeeperProblem[];
}

/**
 * Plans the safe way for changes: phases with the deploys between them, each step with its lock, check and way back.
 * Nothing runs on a database; the plan is kept in the user's own store, for the phases to be written one by one.
 *
 * @throws LockkeeperError BAD_USAGE, and as `gather` and `connect`
 */
export async function plan(input: PlanInput, context: OperationContext): Promise<Planned> {
  const sources = [input.changes, input.sql, input.migration].filter((each) => each !== undefined);
  if (sources.length !== 1)
    throw new LockkeeperError(
      'BAD_USAGE',
      'A plan is for changes, for SQL, or for a migration: give one of them.',
      'Give change (an intent), sql, or the name of a migration.',
    );
  const root = await openProject(input.project, context);
  const known = await readSchema(input, root, context);
  const { makePlan } = await import('../plan/plan.js');
  if (input.changes?.length === 0) throw new LockkeeperError('BAD_USAGE', 'There is no change to plan.', 'Give at least one.');
  const request = input.changes !== undefined ? { changes: input.changes } : { sql: known.sql ?? input.sql ?? '' };
  const { estimate } = await import('../rules/estimate.js');
  const stack = known.stack === null ? null : { id: known.stack.id, tool: known.stack.tool as SupportedTool };
  const made = makePlan(request, { ...known.recipe, way: input.way ?? null, estimate }, stack);
  if (input.way !== undefined && made.ways.length > 0 && !made.ways.some((way) => way.name === input.way && way.chosen)) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `There is no way ${input.way} here.`,
      `It is one of ${made.ways.map((way) => way.name).join(', ')}.`,
    );
  }
  const gone = made.phases.flatMap((phase) => phase.gone);
  const used =
    known.repository === null || gone.length === 0
      ? null
      : (await import('./usage.js')).findUsage(known.repository, known.stack, known.recipe.catalog, gone);
  const result: Planned = { ...made, usage: used, problems: known.problems };
  if (made.phases.length > 0) {
    const { keepPlan, loadPlan } = await import('../plan/store.js');
    const environment = context.environment ?? process.env;
    const before = await loadPlan(made.id, environment).catch(() => null);
    const { problems: _, ...kept } = result;
    const at = (context.now?.() ?? new Date()).toISOString();
    await keepPlan({ plan: kept, project: root, at, written: before?.project === root ? before.written : [] }, environment).catch(
      (error: unknown) => {
        if (error instanceof LockkeeperError) throw error;
        result.problems.push({
          code: 'UNREADABLE',
          message: 'The plan could not be kept for later.',
          next: 'Set LOCKKEEPER_STATE to a folder that can be written.',
        });
      },
    );
  }
  return result;
}

interface KnownSchema {
  recipe: Omit<RecipeContext, 'way' | 'estimate'>;
  stack: Stack | null;
  repository: import('../orms/index.js').Repository | null;
  sql: string | null;
  problems: LockkeeperProblem[];
}

/** The schema before the plan: of the live catalog, of the migrations' history, or of nothing. */
async function readSchema(input: PlanInput, root: string, context: OperationContext): Promise<KnownSchema> {
  const [{ loadParser }, { ProjectStacks }] = await Promise.all([
    import('../sql/postgres/parser.js'),
    import('./gather/project-stacks.js'),
  ]);
  await loadParser();
  const stacks = await ProjectStacks.open(root);
  const stack = stackOf(stacks, input);
  if (stack !== null && stack.dialect !== 'postgres' && stack.dialect !== 'unknown') {
    throw new LockkeeperError(
      'NOT_SUPPORTED_YET',
      `${stack.id} is for ${stack.dialect}: plans are made for PostgreSQL.`,
      'Plan it by hand.',
    );
  }
  const live = input.databaseVariable === undefined ? null : await readLive(input.databaseVariable, context);
  const version = Math.min(input.serverVersion ?? live?.facts.version ?? measured.newest, measured.newest);
  const source = {
    ...(stack === null ? {} : { stack: stack.id }),
    ...(input.schema === undefined ? {} : { schema: input.schema }),
    ...(input.render === undefined ? {} : { render: input.render }),
    ...(input.throwAwayVariable === undefined ? {} : { throwAwayVariable: input.throwAwayVariable }),
  };
  const wanted =
    input.migration !== undefined ? { ...source, migrations: [input.migration], includeDown: false } : { ...source, sql: 'SELECT 1' };
  const gathered = stack === null && input.schema === undefined ? null : await gather(wanted, root, context, live !== null);
  const selection = gathered?.selections[0] ?? null;
  const judged = selection?.units.filter((unit) => unit.judged) ?? [];
  if (input.migration !== undefined && judged.length === 0) {
    throw new LockkeeperError(
      'NOT_RENDERED',
      `${input.migration} is no SQL file and was not rendered.`,
      'Plan with render (it runs code of the project), or give its SQL.',
    );
  }
  const problems = [...(gathered?.problems ?? []), ...(live?.problems ?? [])];
  const sql = input.migration === undefined ? null : judged.map((unit) => unit.sql).join('\n');
  const base = { stack, repository: stacks.repository, sql, problems };
  if (live !== null) {
    const catalog = new Catalog(live.catalog);
    catalog.complete = true;
    return { ...base, recipe: { catalog, version, facts: live.facts, timeZone: live.facts.timeZone, surroundings: live.surroundings } };
  }
  if (selection === null) {
    const { noSurroundings } = await import('../core/surroundings.js');
    return { ...base, recipe: { catalog: new Catalog(), version, facts: null, timeZone: null, surroundings: noSurroundings() } };
  }
  const { fromHistory } = await import('../plan/surroundings-from-history.js');
  const units = selection.units.filter((unit) => !unit.judged);
  const { catalog, surroundings } = fromHistory(units, version, selection.historyIsComplete);
  return { ...base, recipe: { catalog, version, facts: null, timeZone: null, surroundings } };
}

function stackOf(stacks: import('./gather/project-stacks.js').ProjectStacks, input: PlanInput): Stack | null {
  if (input.stack !== undefined || input.migration !== undefined) return stacks.choose(input.stack);
  const candidates = stacks.stacks.filter((stack) => stack.supported && stack.workflow === 'managed');
  if (candidates.length > 1) stacks.choose(undefined);
  return candidates[0] ?? null;
}

async function readLive(variable: string, context: OperationContext) {
  const [{ postgres }, { withSession }, { readSurroundings }] = await Promise.all([
    import('../databases/postgres.js'),
    import('../databases/engine.js'),
    import('../databases/postgres/surroundings.js'),
  ]);
  return withSession(postgres, connectInput(variable, context), async (session) => {
    const facts = await postgres.facts(session);
    const catalog = await postgres.catalog(session);
    const surroundings: Surroundings = await readSurroundings(session);
    const problems = session.notes.map(
      (note): LockkeeperProblem => ({ code: 'DATABASE_REFUSED', message: note, next: 'The rest was read.' }),
    );
    return { facts, catalog, surroundings, problems };
  });
}
