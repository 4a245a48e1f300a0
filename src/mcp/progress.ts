import type { ServerContext } from '@modelcontextprotocol/server';
import { excerpt } from '../core/sanitise.js';
import { redact } from '../core/redact.js';

const leastPauseMs = 100;

/**
 * Notes on long work, sent only when the client gave a token for them. Values always grow, as the protocol wants, and
 * there are at most ten a second.
 */
export function progressReporter(context: ServerContext): (done: number, total: number, message: string) => void {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let last = -1;
  let sentAt = 0;
  return (done, total, message) => {
    const now = performance.now();
    const finished = done >= total;
    if (done <= last || (!finished && now - sentAt < leastPauseMs) || context.mcpReq.signal.aborted) return;
    last = done;
    sentAt = now;
    const params = { progressToken, progress: done, total, message: excerpt(redact(message), 200) };
    // A note that cannot be delivered is no reason to fail the call.
    context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
