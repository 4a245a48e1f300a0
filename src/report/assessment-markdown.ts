import type { Assessment } from '../core/assessment.js';
import type { Finding, Risk } from '../core/finding.js';
import { excerpt, sanitise } from '../core/sanitise.js';
import { codeSpan, escapeMarkdown, fence } from './markdown.js';
import { count, effectLines, placeText, statementOf, targetText } from './words.js';

/** GitHub takes 65 536 characters in a comment; other hosts less generously count bytes. */
export const maximumBytes = 60_000;

/** Share of each of the lists at the end. */
const sectionBytes = 8000;

/** First line of every comment: by it a workflow finds its own comment again and replaces it. */
export const marker = '<!-- lockkeeper -->';

const signs: Record<Risk, string> = { high: '🔴', medium: '🟠', low: '🟢', unknown: '🟣' };

/** An assessment as one comment on a pull request, never longer than `maximumBytes`. */
export function assessmentMarkdown(assessment: Assessment): string {
  const head = [marker, headline(assessment)].join('\n');
  const tail = [unanalysedSection(assessment), problemsSection(assessment), suppressedSection(assessment), footer(assessment)]
    .filter((part) => part !== '')
    .join('\n\n');
  const budget = maximumBytes - bytes(head) - bytes(tail) - 600;
  const { parts, left } = fill(assessment, budget);
  if (left > 0) parts.push(`_${count(left, 'further finding')} left out here: \`lockkeeper assess --json\` has them all._`);
  return `${[head, ...parts, tail].join('\n\n')}\n`;
}

function fill(assessment: Assessment, budget: number): { parts: string[]; left: number } {
  const parts: string[] = [];
  let used = 0;
  for (const [position, finding] of assessment.findings.entries()) {
    const part = findingSection(assessment, finding);
    used += bytes(part) + 2;
    if (used > budget) return { parts, left: assessment.findings.length - position };
    parts.push(part);
  }
  const statements = statementsSection(assessment);
  if (used + bytes(statements) + 2 <= budget && statements !== '') parts.push(statements);
  return { parts, left: 0 };
}

function headline(assessment: Assessment): string {
  const { coverage, risk } = assessment;
  const judged = `${coverage.analysed} of ${count(coverage.statements, 'statement')} in ${count(coverage.migrations, 'script')} judged for ${targetText(assessment)}`;
  const loss = assessment.destructive ? ' **Data or schema is lost for good.**' : '';
  return `## ${signs[risk]} Migrations: risk ${risk}\n\n${judged}.${loss}`;
}

function findingSection(assessment: Assessment, finding: Finding): string {
  const statement = statementOf(assessment, finding);
  const lines = [
    `### ${signs[finding.severity]} ${escapeMarkdown(finding.title)}`,
    `${codeSpan(placeText(finding.source, statement?.migration ?? null))} · ${finding.severity} · ${codeSpan(finding.rule)}${statement?.direction === 'down' ? ' · down' : ''}`,
  ];
  if (statement) lines.push(fence(excerpt(statement.sql, 1000), 'sql'));
  const effects = statement ? effectLines(statement.effects).slice(0, 12) : [];
  if (effects.length > 0) lines.push(effects.map((line) => `- ${escapeMarkdown(line)}`).join('\n'));
  lines.push(escapeMarkdown(cut(finding.why, 2000)), `**Instead:** ${escapeMarkdown(cut(finding.fix.summary, 1000))}`);
  if (finding.fix.sql !== null) lines.push(fence(cut(sanitise(finding.fix.sql).trim(), 4000), 'sql'));
  if (finding.needs.length > 0) lines.push(`_Would be surer with: ${finding.needs.join(', ')}._`);
  return lines.join('\n\n');
}

function statementsSection(assessment: Assessment): string {
  if (assessment.statements.length === 0) return '';
  const rows = assessment.statements.slice(0, 50).map((statement) => {
    const effects =
      effectLines(statement.effects).map(escapeMarkdown).join('<br>') || (statement.analysed ? 'no lock that matters' : 'not judged');
    return `| ${codeSpan(placeText(statement.source, statement.migration))} | ${codeSpan(excerpt(statement.sql, 120))} | ${effects} |`;
  });
  const more = assessment.statements.length > rows.length ? `\n\n… and ${assessment.statements.length - rows.length} more.` : '';
  return `<details><summary>Locks of every statement</summary>\n\n| where | statement | what it does |\n| --- | --- | --- |\n${rows.join('\n')}${more}\n\n</details>`;
}

function unanalysedSection(assessment: Assessment): string {
  const rows = assessment.coverage.unanalysed.map(
    (each) =>
      `- ${codeSpan(placeText(each.source, each.migration))}: ${escapeMarkdown(cut(each.reason, 300))} ${escapeMarkdown(cut(each.next, 300))}`,
  );
  return section('Not judged, so not known to be safe', rows);
}

function problemsSection(assessment: Assessment): string {
  return section(
    'Problems',
    assessment.problems.map(
      (problem) => `- ${escapeMarkdown(cut(problem.message, 300))} ${escapeMarkdown(cut(problem.next, 300))} (${problem.code})`,
    ),
  );
}

function suppressedSection(assessment: Assessment): string {
  const rows = assessment.suppressed.map((finding) => {
    const until = finding.suppression.expires === null ? '' : ` (until ${finding.suppression.expires})`;
    return `- ${finding.severity} ${codeSpan(finding.rule)} at ${codeSpan(placeText(finding.source))}: ${escapeMarkdown(cut(finding.suppression.reason, 300))}${until}`;
  });
  return section('Accepted by the configuration', rows);
}

/** A list under a heading, as far as it fits into its share of the comment. */
function section(heading: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const lines = [`### ${heading} (${rows.length})`, ''];
  let used = 0;
  for (const [position, row] of rows.entries()) {
    used += bytes(row);
    if (used > sectionBytes) {
      lines.push(`- … and ${rows.length - position} more`);
      break;
    }
    lines.push(row);
  }
  return lines.join('\n');
}

function footer(assessment: Assessment): string {
  return assessment.nextStep === null ? '' : `_${escapeMarkdown(cut(assessment.nextStep.why, 400))}_`;
}

function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
