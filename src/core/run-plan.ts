/** What a human approves, and exactly what then runs. Stored outside the repository, never sent back by a client. */
import type { PlannedBackfill } from './backfill.js';
import type { Effects } from './effects.js';
import type { Risk } from './finding.js';
import type { TransactionMode } from './stack.js';

/** What a database is for, least guarded first. Decided by people or by evidence, never by an agent; unknown is production. */
export const targetClasses = ['throwaway', 'development', 'staging', 'production'] as const;
export type TargetClass = (typeof targetClasses)[number];

/**
 * How much a yes is worth, least first. `none`: no approval is needed. `A`: consent. `B`: presence of a human, by something
 * that only a human has. `C`: approved and run where the agent has no reach.
 */
export const approvalLevels = ['none', 'A', 'B', 'C'] as const;
export type ApprovalLevel = (typeof approvalLevels)[number];

/** Which database a plan is for. No address: addresses are aliases. */
export interface TargetIdentity {
  engine: 'postgres';
  systemIdentifier: string | null;
  database: string;
  /** Major version. */
  version: number;
  role: string;
}

/** One statement as it was approved. */
export interface PlannedStatement {
  sql: string;
  /** Of its parse tree: spelling and literals' layout do not matter, meaning does. */
  fingerprint: string;
  kind: string;
  /** False: what it does could not be told; it is shown as such. */
  analysed: boolean;
  effects: Effects;
}

export interface PlannedMigration {
  name: string;
  /** SHA-256 of each file that makes it up, by repository path. */
  files: { path: string; sha256: string }[];
  transactionMode: TransactionMode;
  /** Command lines of the project's own tool, as they may be shown. */
  commands: string[][];
  statements: PlannedStatement[];
  /** SQL that takes it back, and how sure that is. */
  wayBack: { sql: string | null; grade: string };
}

/** Limits under which it runs. Milliseconds. */
export interface RunGuards {
  lockTimeoutMs: number;
  statementTimeoutMs: number;
  idleInTransactionTimeoutMs: number;
  /** Longest time that others may wait for us before the run gives way. */
  longestBlockMs: number;
  /** How often a migration is tried when a lock was not had in time. */
  attempts: number;
}

/** One thing that was looked at on the target before the run. */
export interface PreflightCheck {
  name: string;
  /** `refused`: it must not run like this. `unknown`: could not be looked at. */
  state: 'ok' | 'warning' | 'refused' | 'unknown';
  detail: string;
}

/** What a plan stands on. Read again before the run: when any of it differs, the plan is stale. */
export interface PlanWorld {
  lockkeeperVersion: string;
  /** Of the policy in force, see `approve/policy`. */
  policyHash: string;
  toolVersion: string | null;
  target: TargetIdentity & { class: TargetClass };
  /** Hash of the schema, the history table left out. */
  schema: string;
  /** Hash of the tool's history: names and states, in order. */
  history: string;
  /** SHA-256 by repository path. A file that is gone is absent. */
  files: Record<string, string>;
}

/** Everything that the hash covers. */
export interface RunPlanBody {
  createdAt: string;
  expiresAt: string;
  lockkeeperVersion: string;
  policyHash: string;
  /** Absolute real path of the project. */
  project: string;
  /** User of the operating system that made the plan; `uid` is null where there is none. */
  preparedBy: { user: string; uid: number | null };
  stack: { id: string; tool: string; toolVersion: string | null };
  direction: 'up' | 'down';
  target: TargetIdentity & {
    /** Name of the environment variable with its address. */
    variable: string;
    class: TargetClass;
    /** Why it has that class, for people. */
    classBasis: string;
  };
  schemaBefore: string;
  historyBefore: string;
  migrations: PlannedMigration[];
  /** A run of its own kind: rows in ranges, by lockkeeper itself. `migrations` then shows its statement. Absent for migrations. */
  backfill?: PlannedBackfill;
  guards: RunGuards;
  risk: Risk;
  destructive: boolean;
  /** One line each: what is lost or cannot come back. Empty when nothing is. */
  irreversible: string[];
  /** One line a finding: who waits, what is read in full. */
  warnings: string[];
  /** What could not be judged, one line each. */
  notAnalysed: string[];
  preflight: PreflightCheck[];
  rehearsal: { passed: boolean; grade: string; what: string; hash: string } | null;
  drift: { differences: number; summary: string } | null;
  backup: { what: string; provenAt: string } | null;
  /** Lowest level at which it may be approved. */
  level: ApprovalLevel;
  /** What the human types to approve: the name of the database. Null where a yes is enough. */
  typedName: string | null;
}

export interface RunPlan extends RunPlanBody {
  /** Unguessable; names the plan, and grants nothing. */
  id: string;
  /** `hashOf` the body. */
  hash: string;
}

/** What shows that the approval was given. Checked again when it is claimed, so that writing the file is not enough. */
export type ApprovalProof =
  /** Nothing beyond the answer: level A. */
  | { kind: 'consent' }
  /** A passkey signed a challenge made of `nonce` and the plan's hash. Binary parts as base64url. */
  | {
      kind: 'webauthn';
      credential: string;
      nonce: string;
      origin: string;
      clientData: string;
      authenticatorData: string;
      signature: string;
    }
  /** A key of the approver signed the approval without its proof. Base64url. */
  | { kind: 'signature'; key: string; nonce: string; signature: string };

/** A human's yes to one plan hash on one target. */
export interface Approval {
  planId: string;
  planHash: string;
  level: ApprovalLevel;
  /** Who, as far as the level can tell. */
  by: string;
  method: 'policy' | 'elicitation' | 'terminal' | 'page' | 'webauthn' | 'totp' | 'key';
  /** True only where a human must have been there: verified by a key that is pinned out of this user's reach. */
  humanVerified: boolean;
  at: string;
  expiresAt: string;
  /** SHA-256 of the text that was shown. */
  shown: string;
  proof: ApprovalProof;
}

/** True when `level` is at least `least`. */
export function reaches(level: ApprovalLevel, least: ApprovalLevel): boolean {
  return approvalLevels.indexOf(level) >= approvalLevels.indexOf(least);
}
