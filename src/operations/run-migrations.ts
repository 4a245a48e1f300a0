import type { RunReport } from '../run/outcome.js';
import type { OperationContext } from './context.js';
import { openStack, variableOf } from './stack-call.js';
import { connectInput } from './target.js';

export interface RunMigrationsInput {
  project?: string;
  stack?: string;
  databaseVariable?: string;
  direction: 'up' | 'down';
  /** How many; one when absent, `all` for every pending one. */
  count?: number | 'all';
  /** The caller says that the database may be lost. Nothing is run on any other. */
  throwAway: boolean;
}

/**
 * Applies or takes back migrations with the stack's own tool, on a database that the caller marks as throw-away.
 *
 * @throws LockkeeperError NOT_THROWAWAY and what `run` throws
 */
export async function runMigrations(input: RunMigrationsInput, context: OperationContext): Promise<RunReport> {
  const { notMarked } = await import('../run/guard.js');
  if (!input.throwAway) throw notMarked();
  const { tool, call } = await openStack(input, context);
  const variable = variableOf(input.databaseVariable, call);
  const { run } = await import('../run/run.js');
  return run({
    tool,
    call,
    connect: connectInput(variable, context),
    direction: input.direction,
    count: input.count === 'all' ? Number.POSITIVE_INFINITY : (input.count ?? 1),
    ...(context.progress ? { progress: context.progress } : {}),
  });
}
