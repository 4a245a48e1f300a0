/** Applies and takes back migrations one by one. The only writer to a target; a throw-away one, so far. */
import { LockkeeperError } from '../core/errors.js';
import type { Migration } from '../core/stack.js';
import type { ConnectInput } from '../databases/engine.js';
import type { MigrationTool, TargetCall } from '../orms/tool.js';
import { refuseIfInUse, withRunLock } from './guard.js';
import { type Look, look } from './look.js';
import type { RunReport, RunStep } from './outcome.js';
import { runStep } from './step.js';

export interface RunInput {
  tool: MigrationTool;
  call: TargetCall;
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
  await refuseIfInUse(connect);
  return withRunLock(call.address.url, async () => {
    let before = await look(tool, call, connect);
    const wanted = chosen(call.migrations, before, direction, input.count);
    const steps: RunStep[] = [];
    for (const [at, migration] of wanted.entries()) {
      if (call.signal?.aborted) break;
      input.progress?.(at, wanted.length, `${direction === 'up' ? 'applying' : 'taking back'} ${migration.name}`);
      const { step, after } = await runStep(tool, call, migration, direction, connect, before);
      steps.push(step);
      before = after;
      if (step.outcome !== 'done') break;
    }
    const last = steps.at(-1);
    const brokenIndex = steps.some((step) => step.leftInvalid.some((each) => each.startsWith('index ')));
    const succeeded = steps.length === wanted.length && last?.outcome === 'done' && !brokenIndex;
    return {
      stack: call.stack.id,
      direction,
      succeeded,
      steps,
      next: succeeded ? null : brokenIndex && last?.outcome === 'done' ? brokenIndexText : nextOf(last),
      history: before.history,
    };
  });
}

function chosen(migrations: readonly Migration[], seen: Look, direction: 'up' | 'down', count: number): Migration[] {
  const { history } = seen;
  const names =
    direction === 'up'
      ? history.next
      : history.migrations
          .filter((each) => each.state === 'applied')
          .map((each) => each.name)
          .reverse();
  if (names.length === 0) {
    const failed = history.migrations.find((each) => each.state === 'failed');
    if (failed) {
      throw new LockkeeperError(
        'HISTORY_BLOCKED',
        `${failed.name} has failed, and the tool goes no further.`,
        'See lockkeeper status for the way out.',
      );
    }
    const blocked = direction === 'up' && history.migrations.some((each) => each.state === 'pending' || each.state === 'unknown');
    if (blocked) {
      const why = history.recoveries[0]?.title ?? 'The tool applies nothing as things stand.';
      throw new LockkeeperError('HISTORY_BLOCKED', why, 'See lockkeeper status for the way out.');
    }
    throw new LockkeeperError(
      'NOTHING_TO_DO',
      direction === 'up' ? 'No migration is pending.' : 'No migration is applied.',
      'See lockkeeper status.',
    );
  }
  return names.slice(0, count).map((name) => {
    const found = migrations.find((each) => each.name === name);
    if (found) return found;
    throw new LockkeeperError(
      'MIGRATION_NOT_FOUND',
      `${name} is applied, and its files are not there.`,
      'Restore its files from version control first.',
    );
  });
}

const brokenIndexText =
  'An index was left invalid: it is kept up to date and never used. Drop it with DROP INDEX CONCURRENTLY, mend the cause, and build it again.';

function nextOf(step: RunStep | undefined): string {
  if (step?.timedOut)
    return `The time limit was over, and the tool was ended in the middle of ${step.migration}. The server may still be at work on it: see lockkeeper status until it names no session, then run again with a longer --timeout.`;
  switch (step?.outcome) {
    case 'partly':
      return `A part of ${step.migration} is in the database and the tool did not record it. See lockkeeper status, undo the part by hand, then run again.`;
    case 'done-with-complaint':
      return `${step.migration} is recorded and in the database, though the tool ended with exit code ${step.exitCode}. Read what it said; do not run it again.`;
    case 'nothing':
      return 'The tool reported success and changed nothing here: it may use another database. Check which address its configuration reads.';
    case 'failed':
      return `${step.migration} failed and left nothing. Read what was said, mend the cause, and run again.`;
    default:
      return 'See lockkeeper status.';
  }
}
