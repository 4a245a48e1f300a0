import type { Unanalysed } from '../core/assessment.js';
import type { Finding, Risk, Severity } from '../core/finding.js';

const ranks: Record<Severity, number> = { low: 0, medium: 1, high: 2 };

/** True when a severity is at or above a limit. */
export function atLeast(severity: Severity, limit: Severity): boolean {
  return ranks[severity] >= ranks[limit];
}

/**
 * The worst of the findings. What was not analysed makes it `unknown`, unless something is already known to be high:
 * nothing unread can make that better.
 */
export function riskOf(findings: readonly Finding[], unanalysed: readonly Unanalysed[]): Risk {
  const severities = findings.map((finding) => finding.severity);
  if (severities.includes('high')) return 'high';
  if (unanalysed.length > 0) return 'unknown';
  return severities.includes('medium') ? 'medium' : 'low';
}

/** Worst first, then in the order of the statements. */
export function bySeverity(a: Finding, b: Finding): number {
  return ranks[b.severity] - ranks[a.severity] || (a.statement ?? -1) - (b.statement ?? -1);
}
