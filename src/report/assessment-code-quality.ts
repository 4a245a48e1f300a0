import type { Assessment, Unanalysed } from '../core/assessment.js';
import type { Finding, Severity } from '../core/finding.js';
import { hashOf } from '../core/hash.js';
import { excerpt, sanitiseLine } from '../core/sanitise.js';
import type { Place } from '../core/stack.js';
import { statementOf } from './words.js';

/** One entry of GitLab's Code Quality report (a subset of Code Climate's format). */
export interface CodeQualityIssue {
  description: string;
  check_name: string;
  fingerprint: string;
  severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  location: { path: string; lines: { begin: number } };
}

const severities: Record<Severity, CodeQualityIssue['severity']> = { high: 'critical', medium: 'major', low: 'minor' };

/**
 * An assessment as GitLab's Code Quality report. What was not judged is an entry as well. GitLab shows what the fingerprints of the
 * target branch do not have, so they rest on rule, file and statement, not on lines.
 */
export function assessmentCodeQuality(assessment: Assessment): CodeQualityIssue[] {
  const seen = new Map<string, number>();
  return [
    ...assessment.findings.map((finding) => ofFinding(assessment, finding, seen)),
    ...assessment.coverage.unanalysed.map((each) => notJudged(each, seen)),
  ];
}

function ofFinding(assessment: Assessment, finding: Finding, seen: Map<string, number>): CodeQualityIssue {
  const statement = statementOf(assessment, finding);
  const description = `${finding.title}: ${finding.why} Instead: ${finding.fix.summary}`;
  return issue(finding.rule, severities[finding.severity], description, finding.source, statement?.sql ?? '', seen);
}

function notJudged(each: Unanalysed, seen: Map<string, number>): CodeQualityIssue {
  const description = `Not judged, so not known to be safe: ${each.reason} ${each.next}`;
  return issue('not-judged', 'major', description, each.source, each.reason, seen);
}

function issue(
  check: string,
  severity: CodeQualityIssue['severity'],
  description: string,
  source: Place | null,
  what: string,
  seen: Map<string, number>,
): CodeQualityIssue {
  const path = source?.file || 'migrations';
  const key = [check, path, sanitiseLine(what)].join('|');
  // The same statement twice in a file: GitLab drops entries with a fingerprint that it has seen.
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return {
    description: excerpt(description, 1000),
    check_name: check,
    fingerprint: hashOf(`${key}|${count}`),
    severity,
    location: { path, lines: { begin: Math.max(1, source?.line ?? 1) } },
  };
}
