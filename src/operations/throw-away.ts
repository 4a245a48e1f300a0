import type { OpenThrowAway, Prepared } from '../rehearse/throw-away.js';
import type { OperationContext } from './context.js';

/** Opens a throw-away database for some work, and removes it whatever happens. Throws what opening or the work throws. */
export async function withThrowAway<Result>(
  variable: string | undefined,
  context: OperationContext,
  work: (opened: OpenThrowAway) => Promise<Result>,
  prepared: Prepared = {},
): Promise<Result> {
  const { openThrowAwayTarget } = await import('../rehearse/throw-away.js');
  const opened = await openThrowAwayTarget(variable, context.environment ?? process.env, prepared);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
