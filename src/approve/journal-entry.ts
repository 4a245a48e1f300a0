import type { ApprovalLevel, TargetClass } from '../core/run-plan.js';

/** What a line of the journal tells of. */
export type JournalKind =
  | 'planned'
  | 'asked'
  | 'approved'
  | 'declined'
  | 'refused'
  | 'claimed'
  | 'started'
  | 'statement'
  | 'step'
  | 'waited'
  | 'outcome'
  | 'enrolled';

/**
 * What the caller says. Texts are redacted and cut when they are written; values of SQL are taken out. No address, no
 * password and no row belongs in here.
 */
export interface JournalEntry {
  kind: JournalKind;
  planId?: string;
  planHash?: string;
  policyHash?: string;
  target?: { systemIdentifier: string | null; database: string; class: TargetClass };
  /** Level that was asked for or reached. */
  level?: ApprovalLevel;
  by?: string;
  method?: string;
  humanVerified?: boolean;
  /** Name and version of the client, as it states them. */
  client?: string;
  /** SHA-256 of the text that was shown to the human. */
  shown?: string;
  migration?: string;
  /** A statement; its values are taken out before it is written. */
  sql?: string;
  /** Of its parse tree. */
  fingerprint?: string;
  /** `done`, `failed`, `partly`, `unknown`, `cancelled`, … */
  result?: string;
  /** Milliseconds. */
  tookMs?: number;
  /** One line for people. */
  says?: string;
}

/** A line as it stands in the file. */
export interface JournalLine extends JournalEntry {
  /** From 1. */
  number: number;
  at: string;
  /** User of the operating system, and process. */
  user: string;
  process: number;
  /** Hash of the line before; 64 zeros for the first. */
  previous: string;
  /** `hashOf` the line without this. */
  hash: string;
}
