import type { RuleContext, Violation } from '../rule.js';
import { statementText } from './statement-text.js';

/** True when the session, the role or the server gives up waiting for a lock in good time. */
export function hasLockTimeout(context: RuleContext): boolean {
  const milliseconds = context.session.lockTimeoutMs ?? context.facts?.lockTimeoutMs ?? 0;
  return milliseconds > 0;
}

/** The statements under a short lock_timeout. Never for CONCURRENTLY. */
export function underLockTimeout(sql: string): string {
  return `SET lock_timeout = '2s';\n${sql}\nRESET lock_timeout;`;
}

/** A lock that is brief once it is had: bad only while it waits in the queue without a timeout. */
export function briefLock(context: RuleContext, relation: string | undefined, why: string): Violation | null {
  if (hasLockTimeout(context) || context.effects.error) return null;
  return {
    relation,
    why,
    fix: {
      summary: 'Give up quickly with lock_timeout and try again, so that traffic does not queue behind the migration.',
      sql: underLockTimeout(statementText(context)),
    },
  };
}
