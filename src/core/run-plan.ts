/** What a human approves, and exactly what then runs. Stored outside the repository, never sent back by a client. */
import type { Effects } from './effects.js';
import type { Risk } from './finding.js';
import type { TransactionMode } from './stack.js';

/** What a database is for. Decided by people or by evidence, never by an agent; unknown is production. */
export type TargetClass = 'throwaway' | 'development' | 'staging' | 'production';

/** `A`: consent. `B`: presence of a human. `C`: approved and run where the agent has no reach. `none`: no approval is needed. */
export type ApprovalLevel = 'none' | 'A' | 'B' | 'C';

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
  effects: Effects;
}

export interface PlannedMigration {
  name: string;
  /** SHA-256 of each file that makes it up, by repository path. */
  files: { path: string; sha256: string }[];
  transactionMode: TransactionMode;
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

/** Everything that the hash covers. */
export interface RunPlanBody {
  createdAt: string;
  expiresAt: string;
  lockkeeperVersion: string;
  policyHash: string;
  /** Absolute real path of the project. */
  project: string;
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
  guards: RunGuards;
  risk: Risk;
  destructive: boolean;
  /** One line a finding: what cannot come back, who waits. */
  warnings: string[];
  rehearsal: { passed: boolean; grade: string; what: string; hash: string } | null;
  drift: { differences: number; summary: string } | null;
  backup: { what: string; provenAt: string } | null;
  /** Lowest level at which it may be approved. */
  level: ApprovalLevel;
}

export interface RunPlan extends RunPlanBody {
  /** Unguessable; names the plan, and grants nothing. */
  id: string;
  /** `hashOf` the body. */
  hash: string;
}

/** A human's yes to one plan hash on one target. */
export interface Approval {
  planId: string;
  planHash: string;
  level: ApprovalLevel;
  /** Who, as far as the level can tell. */
  by: string;
  /** How it was verified: `elicitation`, `terminal`, `webauthn`, `totp`, `signature`. */
  method: string;
  humanVerified: boolean;
  at: string;
  expiresAt: string;
}
