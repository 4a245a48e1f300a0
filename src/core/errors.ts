/** Stable codes of everything that lockkeeper refuses or cannot do. */
export type ProblemCode =
  | 'BAD_USAGE'
  | 'PATH_NOT_FOUND'
  | 'PATH_OUTSIDE_PROJECT'
  | 'NOT_TEXT'
  | 'FILE_TOO_LARGE'
  | 'UNREADABLE'
  | 'BROKEN_CONFIG'
  | 'STACK_NOT_FOUND'
  | 'MIGRATION_NOT_FOUND'
  | 'MIGRATION_ORDER'
  | 'NOT_SUPPORTED_YET'
  | 'NOT_RENDERED'
  | 'NOT_OFFERED'
  | 'PROJECT_CODE_RAN'
  | 'TOOL_NOT_FOUND'
  | 'TOOL_FAILED'
  | 'WOULD_OVERWRITE'
  | 'NOT_THROWAWAY'
  | 'TARGET_NOT_ADDRESSABLE'
  | 'HISTORY_BLOCKED'
  | 'NOTHING_TO_DO'
  | 'STILL_USED'
  | 'CONTRACT_WAITS'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_REFUSED'
  | 'DATABASE_TOO_OLD'
  | 'DATABASE_VARIABLE_UNSET'
  | 'GIT_FAILED'
  | 'CONFIG_INVALID'
  | 'SUPPRESSION_EXPIRED'
  | 'SUPPRESSION_UNUSED'
  | 'CONFIG_CHANGED'
  | 'CURSOR_INVALID'
  | 'PLAN_NOT_FOUND'
  | 'PLAN_STALE'
  | 'PLAN_ALTERED'
  | 'APPROVAL_REQUIRED'
  | 'APPROVAL_INVALID'
  | 'DECLINED'
  | 'ALREADY_CONSUMED'
  | 'TARGET_NOT_ALLOWED'
  | 'POLICY_INVALID'
  | 'STORE_UNSAFE'
  | 'JOURNAL_BROKEN'
  | 'CANCELLED'
  | 'INTERNAL';

/** A problem as data, the same in an answer of a tool and on the terminal. */
export interface LockkeeperProblem {
  code: ProblemCode;
  message: string;
  /** What the reader can do about it. */
  next: string;
  file?: string;
  line?: number;
}

/**
 * The one error class that operations throw. Its message never holds a secret: build it from `redact`ed text.
 *
 * @param code stable code
 * @param message what is wrong, one sentence
 * @param next what to do next, one sentence
 */
export class LockkeeperError extends Error {
  readonly problem: LockkeeperProblem;

  constructor(code: ProblemCode, message: string, next: string, place: { file?: string; line?: number } = {}) {
    super(message);
    this.name = 'LockkeeperError';
    this.problem = { code, message, next, ...place };
  }
}
