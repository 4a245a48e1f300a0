import type { Place } from './stack.js';

export type Severity = 'low' | 'medium' | 'high';
export type Risk = Severity | 'unknown';

/** `static`: from the text. `catalog`: from the live catalog, read only. `rehearsed`: seen on a throw-away database. */
export type Evidence = 'static' | 'catalog' | 'rehearsed';

/** A fact that would sharpen a verdict, by its name in `Facts`. */
export type Need =
  | 'tableSize'
  | 'schema'
  | 'serverVersion'
  | 'timeZone'
  | 'duplicates'
  | 'nulls'
  | 'values'
  | 'indexUsage'
  | 'longTransactions'
  | 'replicas'
  | 'functionVolatility'
  | 'applicationCode'
  | 'privileges';

/** The way out: a sentence, and the corrected migration as SQL that ran on a real server. */
export interface Fix {
  summary: string;
  sql: string | null;
}

/** A rule's verdict on a statement, a migration or a history. */
export interface Finding {
  rule: string;
  severity: Severity;
  /** Index into the assessment's statements; null for a migration or a history as a whole. */
  statement: number | null;
  source: Place | null;
  title: string;
  /** What the reader's traffic will feel. */
  why: string;
  fix: Fix;
  evidence: Evidence[];
  needs: Need[];
  /** True when data or schema is lost and the down migration cannot bring it back. */
  destructive: boolean;
}

/** A finding that the project's configuration accepts. */
export interface SuppressedFinding extends Finding {
  suppression: { reason: string; expires: string | null };
}
