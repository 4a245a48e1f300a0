/** Runs an approved plan: what was approved, on the target it was approved for, and nothing else. */
import { refuseStale, type JournalEntry } from '../approve/index.js';
import { LockkeeperError } from '../core/errors.js';
import type { Approval, PlannedMigration, RunPlan } from '../core/run-plan.js';
import type { Migration } from '../core/stack.js';
import { backOff } from './guards.js';
import type { GateEvent } from './gate/plan-referee.js';
import { withRunLock } from './lock.js';
import type { Look } from './look.js';
import { nextOf, sessionNames } from './next.js';
import type { RunReport, RunStep } from './outcome.js';
import { runStep, type StepInput, type StepResult } from './step.js';
import { connectInputOf, type Ground, survey } from './world.js';

/** Where lines are written before and after effects. What it resolves is on the disk. */
export interface RunJournal {
  append(entry: JournalEntry): Promise<unknown>;
}

export interface RunContext extends Ground {
  journal: RunJournal;
  progress?: (done: number, total: number, message: string) => void;
  /** Tests end the process here, to see what a crash leaves. */
  at?: (point: string) => void;
}

/**
 * Executes a plan whose approval was claimed. Reads again, under lockkeeper's lock, all that the plan stands on; journals `started` before the
 * first statement, each statement, each step, and the outcome.
 *
 * @throws LockkeeperError PLAN_STALE, APPROVAL_INVALID, HISTORY_BLOCKED, JOURNAL_BROKEN, DATABASE_UNREACHABLE; then nothing ran
 */
export async function execute(plan: RunPlan, approval: Approval, context: RunContext): Promise<RunReport> {
  if (approval.planHash !== plan.hash || approval.planId !== plan.id) {
    throw new LockkeeperError('APPROVAL_INVALID', 'The approval is for another plan.', 'Nothing was run. Have this plan approved.');
  }
  const text = context.call.environment[context.variable] ?? '';
  return withRunLock(text, context.variable, async () => {
    context.at?.('locked');
    const { world, look } = await survey(context, plan.migrations.flatMap((each) => each.files.map(({ path }) => path)));
    refuseStale(plan, world);
    context.at?.('surveyed');
    const told = new Journalist(plan, context);
    await told.write({ kind: 'started', says: `${plan.migrations.length} migrations, ${plan.direction}` });
    context.at?.('started');
    const report = await all(plan, context, text, look, told).catch(async (error: unknown) => {
      await told.write({ kind: 'outcome', result: 'unknown', says: error instanceof LockkeeperError ? error.message : 'an internal error' });
      throw error;
    });
    context.at?.('ran');
    await told.write({ kind: 'outcome', result: resultOf(report), ...(report.next === null ? {} : { says: report.next }) });
    return report;
  });
}

async function all(plan: RunPlan, context: RunContext, text: string, first: Look, told: Journalist): Promise<RunReport> {
  const { signal: _, ...connect } = connectInputOf(context);
  const steps: RunStep[] = [];
  let seen: Look | null = first;
  for (const [at, planned] of plan.migrations.entries()) {
    if (context.call.signal?.aborted || seen === null) break;
    const says = (message: string): void => context.progress?.(at, plan.migrations.length, `${planned.name}: ${message}`);
    const input: StepInput = {
      tool: context.tool,
      call: context.call,
      connect,
      text,
      direction: plan.direction,
      guards: plan.guards,
      name: plan.id.slice(0, 12),
      progress: says,
      record: (event) => {
        told.note(planned.name, event);
        context.at?.(`${event.as} ${event.position ?? event.does ?? ''} ${event.result}`);
      },
    };
    says(plan.direction === 'up' ? 'applying' : 'taking back');
    const result: StepResult = await tries(input, planned, migrationOf(context, planned), seen, told, context);
    steps.push(result.step);
    seen = result.after;
    await told.step(result.step);
    context.at?.(`step ${at + 1}`);
    if (result.step.outcome !== 'done') break;
  }
  const next = nextOf(steps, steps.length === plan.migrations.length);
  return { stack: plan.stack.id, direction: plan.direction, succeeded: next === null, steps, next, history: seen?.history ?? null };
}

/** Tries again where a lock was not had and nothing is there, as often as the plan says. */
async function tries(
  input: StepInput,
  planned: PlannedMigration,
  migration: Migration,
  before: Look,
  told: Journalist,
  context: RunContext,
): Promise<StepResult> {
  const inTheWay: RunStep['inTheWay'] = [];
  for (let attempt = 1; ; attempt += 1) {
    const result = await runStep(input, { migration, statements: planned.statements, how: 'run' }, before);
    await told.flush();
    for (const each of result.step.inTheWay) if (!inTheWay.some(({ pid }) => pid === each.pid)) inTheWay.push(each);
    result.step.attempts = attempt;
    result.step.inTheWay = inTheWay;
    if (!result.again || attempt >= input.guards.attempts || input.call.signal?.aborted) return result;
    const ready = await mayRunAgain(input, migration, result);
    if (!ready) return result;
    const wait = backOff(attempt);
    const names = inTheWay.length > 0 ? sessionNames(inTheWay) : sessionNames(result.step.blocked) || 'somebody';
    const says = `a lock was not had in time (${names}); try ${attempt + 1} of ${input.guards.attempts} in ${Math.round(wait)} ms`;
    input.progress(says);
    await told.write({ kind: 'waited', migration: planned.name, tookMs: Math.round(wait), says });
    context.at?.(`waiting ${attempt}`);
    await sleep(wait, input.call.signal);
    if (input.call.signal?.aborted) return { ...result, step: { ...result.step, outcome: 'cancelled' } };
  }
}

/** A tool that has noted the failure runs nothing before that is taken back, with its own command; nothing of the migration is there. */
async function mayRunAgain(input: StepInput, migration: Migration, { after }: StepResult): Promise<boolean> {
  const state = (look: Look | null): string | undefined => look?.history.migrations.find((each) => each.name === migration.name)?.state;
  const wanted = input.direction === 'up' ? 'pending' : 'applied';
  if (after === null) return false;
  if (state(after) === wanted) return true;
  if (state(after) !== 'failed' || input.tool.forget === undefined) return false;
  const forgotten = await runStep(input, { migration, statements: [], how: 'forget' }, after);
  return state(forgotten.after) === wanted;
}

function migrationOf({ call }: RunContext, { name }: PlannedMigration): Migration {
  const found = call.migrations.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new LockkeeperError('MIGRATION_NOT_FOUND', `${name} is in the plan, and its files are gone.`, 'Make a new plan; nothing was run.');
}

function resultOf(report: RunReport): string {
  if (report.succeeded) return 'done';
  const outcome = report.steps.at(-1)?.outcome ?? 'cancelled';
  return { done: 'cancelled', 'done-with-complaint': 'done', nothing: 'failed', 'gave-way': 'failed' }[outcome as string] ?? outcome;
}

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** Writes the journal's lines of one run, in order. */
class Journalist {
  private line: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly plan: RunPlan,
    private readonly context: RunContext,
  ) {}

  async write(entry: JournalEntry): Promise<void> {
    const { id, hash, target } = this.plan;
    const { systemIdentifier, database, class: targetClass } = target;
    const whole: JournalEntry = {
      planId: id,
      planHash: hash,
      policyHash: this.context.policy.hash,
      target: { systemIdentifier, database, class: targetClass },
      ...entry,
    };
    const next = this.line.then(() => this.context.journal.append(whole));
    this.line = next;
    await next;
  }

  /** Statements of the plan and of the record, when their result is known; refused ones at once. Reads are not written. */
  note(migration: string, event: GateEvent): void {
    if (event.result === 'open' || (event.as !== 'plan' && event.as !== 'record' && event.as !== 'refused')) return;
    const { sql, fingerprint, result, tookMs, code, why, as } = event;
    const says = [as, event.does, code, why].filter((each) => each !== null).join(', ');
    void this.write({ kind: 'statement', migration, sql, fingerprint, result, ...(tookMs === null ? {} : { tookMs }), says }).catch(() => undefined);
  }

  async flush(): Promise<void> {
    await this.line;
  }

  async step({ migration, outcome, attempts, refused }: RunStep): Promise<void> {
    await this.write({ kind: 'step', migration, result: outcome, says: [`${attempts} tries`, ...refused].join('; ') });
  }
}
