import type { Change } from '../../core/change.js';
import type { Facts } from '../../core/facts.js';
import type { SessionState } from '../analysis.js';
import { milliseconds } from './changes/session.js';
import { pathOf } from './read-unit.js';

/** Settings as a session begins, from what is known of the target. */
export function startSession(facts: Facts | null): SessionState {
  return {
    lockTimeoutMs: facts && facts.lockTimeoutMs > 0 ? facts.lockTimeoutMs : null,
    statementTimeoutMs: facts && facts.statementTimeoutMs > 0 ? facts.statementTimeoutMs : null,
    idleInTransactionTimeoutMs: null,
    timeZone: facts?.timeZone ?? null,
    searchPath: ['public'],
    replicationRole: null,
  };
}

/** The session after a SET. */
export function applySetting(session: SessionState, change: Extract<Change, { kind: 'set' }>): SessionState {
  const value = change.reset ? null : change.value;
  switch (change.name) {
    case 'lock_timeout':
      return { ...session, lockTimeoutMs: milliseconds(value) };
    case 'statement_timeout':
      return { ...session, statementTimeoutMs: milliseconds(value) };
    case 'idle_in_transaction_session_timeout':
      return { ...session, idleInTransactionTimeoutMs: milliseconds(value) };
    case 'timezone':
    case 'time zone':
      return { ...session, timeZone: value };
    case 'search_path':
      return { ...session, searchPath: pathOf(value) ?? ['public'] };
    case 'session_replication_role':
      return { ...session, replicationRole: value };
    default:
      return session;
  }
}
