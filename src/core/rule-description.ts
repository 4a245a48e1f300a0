import type { Severity } from './finding.js';

/** A rule as the catalogue shows it. */
export interface RuleDescription {
  id: string;
  category: string;
  severity: Severity;
  title: string;
  why: string;
  /** Where the knowledge comes from. */
  source: string;
  /** Only reported when the configuration switches it on. */
  quiet: boolean;
  bad: string[];
  good: string[];
}
