import type { Assessment } from '../../core/assessment.js';
import type { Finding } from '../../core/finding.js';
import { count, placeText, targetText } from '../../report/words.js';
import type { AssessmentPage } from '../schemas/assessment.js';
import { type Detail, shown } from './detail.js';
import { shownName } from './shorten.js';

const longestLine = 160;

/**
 * An assessment in a few lines for people. The structured half has the rest, so nothing is said twice at length.
 *
 * @param whole all of it, for the totals
 * @param page the part that goes with the text
 */
export function assessmentSummary(whole: Assessment, page: AssessmentPage, detail: Detail): string {
  const { coverage } = whole;
  const lines = [
    `Risk: ${whole.risk}${whole.destructive ? ', destructive' : ''}. ${tally(whole.findings)} in ${count(coverage.statements, 'statement')} of ${count(coverage.migrations, 'script')} (${targetText(whole)}).`,
  ];
  if (coverage.migrations === 0 && coverage.unanalysed.length === 0) lines.push('There was no migration to judge.');
  for (const finding of page.findings.slice(0, detail.textLines)) {
    lines.push(line(`- [${finding.severity}] ${shownName(placeText(finding.source))}: ${finding.title}. Fix: ${finding.fix.summary}`));
  }
  if (coverage.unanalysed.length > 0) lines.push(`${count(coverage.unanalysed.length, 'gap')}: what was not judged is unknown, not safe.`);
  for (const gap of page.coverage.unanalysed.slice(0, 2))
    lines.push(line(`- ${shownName(placeText(gap.source, gap.migration))}: ${gap.reason}`));
  if (whole.suppressed.length > 0) lines.push(`${count(whole.suppressed.length, 'finding')} accepted by the project's configuration.`);
  for (const problem of page.problems.slice(0, 2)) lines.push(line(`Problem ${problem.code}: ${problem.message}`));
  if (page.page.cursor !== null)
    lines.push(
      `Shown here: ${range(page.page.findings)} findings, ${range(page.page.statements)} statements. page.cursor leads to the next part.`,
    );
  return lines.join('\n');
}

function tally(findings: readonly Finding[]): string {
  const numbers = (['high', 'medium', 'low'] as const)
    .map((severity) => ({ severity, number: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => `${number} ${severity}`);
  return findings.length === 0 ? 'No findings' : `${count(findings.length, 'finding')} (${numbers.join(', ')})`;
}

function range({ from, count: number, total }: { from: number; count: number; total: number }): string {
  return number === 0 ? `0 of ${total}` : `${from + 1} to ${from + number} of ${total}`;
}

function line(text: string): string {
  return shown(text.replace(/\s+/g, ' '), longestLine);
}
