import type { Change } from '../../../core/change.js';
import { type Node, text } from '../node.js';
import type { Readers } from './reader.js';

const actions: Record<string, Extract<Change, { kind: 'transaction' }>['action']> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollbackTo',
  TRANS_STMT_PREPARE: 'prepare',
  TRANS_STMT_COMMIT_PREPARED: 'commit',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback',
};

/** Settings of the session, and transactions. */
export const sessionReaders: Readers = {
  VariableSetStmt: (statement) => {
    const local: boolean = statement.is_local ?? false;
    if (statement.kind === 'VAR_SET_MULTI') return [{ kind: 'other', node: 'VariableSetStmt' }];
    const reset = statement.kind !== 'VAR_SET_VALUE';
    const value = reset ? null : (statement.args ?? []).map(settingText).join(', ');
    return [{ kind: 'set', name: String(statement.name ?? 'all').toLowerCase(), value, local, reset }];
  },
  TransactionStmt: (statement) => {
    const action = actions[statement.kind];
    return [action ? { kind: 'transaction', action } : null];
  },
  ConstraintsSetStmt: (statement) => [{ kind: 'setConstraints', deferred: statement.deferred ?? false }],
  DiscardStmt: (statement) => [{ kind: 'discard', all: statement.target === 'DISCARD_ALL' }],
};

function settingText(node: Node): string {
  const constant = node.A_Const ?? node.TypeCast?.arg?.A_Const;
  if (constant?.ival) return String(constant.ival.ival ?? 0);
  if (constant?.fval) return constant.fval.fval;
  if (constant?.boolval) return String(constant.boolval.boolval ?? false);
  return constant?.sval?.sval ?? text(node);
}

/**
 * A time setting in milliseconds, as PostgreSQL reads it: `2s`, `500`, `1min`, `0`.
 *
 * @returns null when it cannot be read
 */
export function milliseconds(value: string | null): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(value ?? '');
  if (!match) return null;
  const factor = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] ?? 'ms'] ?? 1;
  return Math.round(Number(match[1]) * factor);
}
