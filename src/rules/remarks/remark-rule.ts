import type { Severity } from '../../core/finding.js';
import type { Category } from '../rule.js';

/** A rule on what the reader of a tool's files remarks, beyond SQL. */
export interface RemarkRule {
  category: Category;
  severity: Severity;
  /** One line, without a full stop. */
  title: string;
  /** Why it matters, for the catalogue and after what was seen. */
  why: string;
  source: string;
  /** The way out. */
  fix: string;
}
