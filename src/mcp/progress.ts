import type { ServerContext } from '@modelcontextprotocol/server';
import { excerpt } from '../core/sanitise.js';
import { redact } from '../core/redact.js';

const leastPauseMs = 100;

/** Smallest step between two notes: an operation of several stages begins to count anew in each. */
const leastStep = 0.001;

/**
 * Notes on long work, sent only when the client gave a token for them. Values always grow, as the protocol wants, and
 * there are at most ten a second.
 */
export function progressReporter(context: ServerContext): (done: number, total: number, message: string) => void {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let last = -leastStep;
  let sentAt = Number.NEGATIVE_INFINITY;
  return (done, total, message) => {
    const now = performance.now();
    if (now - sentAt < leastPauseMs || context.mcpReq.signal.aborted) return;
    last = Math.max(done, last + leastStep);
    sentAt = now;
    const params = { progressToken, progress: last, total: Math.max(total, last), message: excerpt(redact(message), 200) };
    // A note that cannot be delivered is no reason to fail the call.
    context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
