import type { LockkeeperProblem } from '../core/errors.js';
import type { History } from '../core/history.js';
import type { OperationContext } from './context.js';
import { openStack, variableOf } from './stack-call.js';
import { connectInput } from './target.js';
import { waitingRemarks } from './waiting.js';

export interface StatusInput {
  project?: string;
  stack?: string;
  /** Name of the environment variable with the address; the stack's own when absent. Only read. */
  databaseVariable?: string;
}

/** Where the migrations of a stack stand on one database. */
export interface Status extends History {
  stack: string;
  counts: { applied: number; pending: number; failed: number; skipped: number; missing: number; edited: number };
}

/**
 * Compares a stack's files with the tool's history table. Reads only: the tool is not asked, since several tools make
 * their table when asked, and some lie.
 *
 * @throws LockkeeperError as `openStack` and `connect`
 */
export async function status(input: StatusInput, context: OperationContext): Promise<Status> {
  const { tool, call, problems } = await openStack(input, context);
  const variable = variableOf(input.databaseVariable, call);
  const [{ postgres }, { withSession }, { readHistory }] = await Promise.all([
    import('../databases/postgres.js'),
    import('../databases/engine.js'),
    import('../run/look.js'),
  ]);
  const history = await withSession(postgres, connectInput(variable, context), (session) => readHistory(tool, call, session));
  return statusOf(call.stack.id, history, [...problems, ...(await waitingRemarks(call.repository.root, context))]);
}

/** A history with its counts. */
export function statusOf(stack: string, history: History, problems: readonly LockkeeperProblem[]): Status {
  const count = (state: string): number => history.migrations.filter((each) => each.state === state).length;
  return {
    stack,
    ...history,
    problems: [...problems, ...history.problems],
    counts: {
      applied: count('applied'),
      pending: count('pending'),
      failed: count('failed'),
      skipped: count('skipped'),
      missing: count('missing'),
      edited: history.migrations.filter((each) => each.edited === true).length,
    },
  };
}
