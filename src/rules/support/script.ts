import type { RuleContext } from '../rule.js';

/** Statements as one script, each ended by a semicolon. */
export const script = (...steps: (string | readonly string[])[]): string => steps.flat().map((step) => `${step};`).join('\n');

/** The statement itself, without a semicolon at its end. */
export const ownSql = (context: RuleContext): string => context.statement.sql.trim().replace(/;\s*$/, '');

/** True when a lock that is not granted soon gives up instead of holding up the queue. */
export const hasLockTimeout = (context: RuleContext): boolean => (context.session.lockTimeoutMs ?? 0) > 0;

/** Steps that give up instead of queueing, to be retried when they do. */
export const withLockTimeout = (...steps: (string | readonly string[])[]): string => script("SET lock_timeout = '2s'", ...steps, 'RESET lock_timeout');
