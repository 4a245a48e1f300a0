import type { RunGuards } from '../core/run-plan.js';

/**
 * Limits of a run when nobody says otherwise. A lock is waited for shorter than a request of an application usually may take, since
 * everybody behind us in the queue waits as long; a statement may take long, since the watch sees whom it keeps waiting.
 */
export const defaultGuards: RunGuards = {
  lockTimeoutMs: 3_000,
  statementTimeoutMs: 3_600_000,
  idleInTransactionTimeoutMs: 60_000,
  longestBlockMs: 5_000,
  attempts: 5,
};

/** Of a throw-away: nobody else is there. */
export const throwAwayGuards: RunGuards = {
  lockTimeoutMs: 0,
  statementTimeoutMs: 0,
  idleInTransactionTimeoutMs: 0,
  longestBlockMs: Number.MAX_SAFE_INTEGER,
  attempts: 1,
};

/** How long to wait before a try, in milliseconds: twice as long each time, up to ten seconds, and never the same for two runs. */
export function backOff(tries: number): number {
  const longest = Math.min(10_000, 250 * 2 ** tries);
  return longest / 2 + Math.random() * (longest / 2);
}
