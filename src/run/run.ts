/** Applies and takes back migrations of a throw-away database one by one, without a plan. */
import { LockkeeperError } from '../core/errors.js';
import type { Migration } from '../core/stack.js';
import type { ConnectInput } from '../databases/engine.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import { chosenMigrations } from './choose.js';
import { refuseIfInUse } from './guard.js';
import { throwAwayGuards } from './guards.js';
import { withRunLock } from './lock.js';
import { type Look, look } from './look.js';
import { nextOf } from './next.js';
import type { RunReport, RunStep } from './outcome.js';
import { runStep, type StepInput } from './step.js';

export interface RunInput {
  tool: MigrationTool;
  call: ToolCall;
  /** How the target is read. */
  connect: ConnectInput;
  direction: 'up' | 'down';
  /** How many: the next pending ones, or the newest applied ones. */
  count: number;
  progress?: (done: number, total: number, message: string) => void;
}

/**
 * Runs migrations with the stack's own tool, one an invocation, and stops at the first that is not done.
 *
 * @throws LockkeeperError NOT_THROWAWAY, HISTORY_BLOCKED, NOTHING_TO_DO, NOT_OFFERED, TARGET_NOT_ADDRESSABLE, TOOL_NOT_FOUND;
 *   then nothing was changed, or `steps` so far are in the target's history
 */
export async function run(input: RunInput): Promise<RunReport> {
  const { tool, call, connect, direction } = input;
  const text = call.environment[connect.variable];
  if (!text) {
    throw new LockkeeperError(
      'DATABASE_VARIABLE_UNSET',
      `The environment variable ${connect.variable} is not set.`,
      `Set ${connect.variable} to the address of the database.`,
    );
  }
  await refuseIfInUse(connect);
  return withRunLock(text, connect.variable, async () => {
    const before = await look(tool, call, connect);
    const wanted = chosenMigrations(call.migrations, before.history, direction, input.count);
    const { signal: _, ...untilTheEnd } = connect;
    const step: StepInput = {
      tool,
      call,
      connect: untilTheEnd,
      text,
      direction,
      guards: throwAwayGuards,
      name: '',
      progress: () => undefined,
      record: () => undefined,
    };
    return all(step, wanted, before, input.progress);
  });
}

async function all(input: StepInput, wanted: readonly Migration[], first: Look, progress: RunInput['progress']): Promise<RunReport> {
  const steps: RunStep[] = [];
  let seen: Look | null = first;
  for (const [at, migration] of wanted.entries()) {
    if (input.call.signal?.aborted || seen === null) break;
    progress?.(at, wanted.length, `${input.direction === 'up' ? 'applying' : 'taking back'} ${migration.name}`);
    const { step, after } = await runStep(input, { migration, statements: null, how: 'run' }, seen);
    steps.push(step);
    seen = after;
    if (step.outcome !== 'done') break;
  }
  const next = nextOf(steps, steps.length === wanted.length);
  return { stack: input.call.stack.id, direction: input.direction, succeeded: next === null, steps, next, history: seen?.history ?? null };
}
