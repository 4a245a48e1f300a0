import type { Assessment } from '../core/assessment.js';
import type { Finding, Risk, SuppressedFinding } from '../core/finding.js';
import { excerpt, sanitise, sanitiseLine } from '../core/sanitise.js';
import { type Ink, indentLines, type Paper, paint, plainPaper, spread, wrap } from './paper.js';
import { problemLines } from './problems-text.js';
import { count, effectLines, placeText, statementOf, targetText } from './words.js';

const inks: Record<Risk, Ink> = { high: 'red', medium: 'yellow', low: 'green', unknown: 'magenta' };
const signs: Record<Risk, string> = { high: '✖', medium: '▲', low: '●', unknown: '?' };
const shownStatements = 20;
const shownUnanalysed = 20;

/** An assessment for a terminal: findings worst first, then what was not judged, and last the verdict. */
export function assessmentText(assessment: Assessment, paper: Paper = plainPaper): string {
  const parts = [
    headline(assessment, paper),
    ...assessment.findings.map((finding) => findingText(assessment, finding, paper)),
    assessment.findings.length === 0 ? statementsText(assessment, paper) : '',
    suppressedText(assessment, paper),
    unanalysedText(assessment, paper),
    problemLines(assessment.problems, paper),
    verdictText(assessment, paper),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(assessment: Assessment, paper: Paper): string {
  const { coverage } = assessment;
  const what = `${count(coverage.statements, 'statement')} in ${count(coverage.migrations, 'script')}`;
  return spread(paper, paint(paper, 'lockkeeper', 'bold'), paint(paper, `${targetText(assessment)} · ${what}`, 'dim'));
}

function findingText(assessment: Assessment, finding: Finding, paper: Paper): string {
  const statement = statementOf(assessment, finding);
  const direction = statement?.direction === 'down' ? ' (down)' : '';
  const level = paint(paper, `${signs[finding.severity]} ${finding.severity.toUpperCase()}`, inks[finding.severity], 'bold');
  const lines = [
    spread(paper, `${level}  ${finding.rule}${direction}`, paint(paper, placeText(finding.source, statement?.migration ?? null), 'cyan')),
  ];
  lines.push(wrap(paper, paint(paper, sanitiseLine(finding.title), 'bold'), 2));
  if (statement) {
    lines.push('', indentLines(paint(paper, excerpt(statement.sql, Math.max(40, paper.width - 6) * 2), 'dim'), 4));
    for (const line of effectLines(statement.effects)) lines.push(wrap(paper, paint(paper, `→ ${line}`, 'dim'), 4));
  }
  lines.push('', wrap(paper, sanitise(finding.why), 2));
  lines.push('', wrap(paper, `${paint(paper, 'Instead:', 'green')} ${sanitise(finding.fix.summary)}`, 2));
  if (finding.fix.sql !== null) lines.push('', indentLines(paint(paper, sanitise(finding.fix.sql).trim(), 'green'), 6));
  const footnotes = [
    finding.destructive ? 'data or schema is lost for good' : '',
    finding.needs.length > 0 ? `would be surer with: ${finding.needs.join(', ')}` : '',
  ];
  const footnote = footnotes.filter((each) => each !== '').join(' · ');
  if (footnote !== '') lines.push('', wrap(paper, paint(paper, footnote, 'dim'), 2));
  return lines.join('\n');
}

function statementsText(assessment: Assessment, paper: Paper): string {
  const shown = assessment.statements.slice(0, shownStatements).map((statement) => {
    const head = spread(
      paper,
      `  ${excerpt(statement.sql, Math.max(30, paper.width - 40))}`,
      paint(paper, placeText(statement.source, statement.migration), 'cyan'),
    );
    const effects = effectLines(statement.effects).map((line) => wrap(paper, paint(paper, `→ ${line}`, 'dim'), 4));
    return [head, ...effects].join('\n');
  });
  const more = assessment.statements.length - shown.length;
  if (more > 0) shown.push(`  … and ${count(more, 'statement')} more`);
  return shown.join('\n');
}

function suppressedText(assessment: Assessment, paper: Paper): string {
  if (assessment.suppressed.length === 0) return '';
  const line = (finding: SuppressedFinding): string => {
    const until = finding.suppression.expires === null ? '' : ` (until ${finding.suppression.expires})`;
    return wrap(
      paper,
      `${finding.severity} ${finding.rule} at ${placeText(finding.source)}: ${sanitiseLine(finding.suppression.reason)}${until}`,
      2,
    );
  };
  return [paint(paper, `Accepted by the configuration (${assessment.suppressed.length})`, 'bold'), ...assessment.suppressed.map(line)].join(
    '\n',
  );
}

function unanalysedText(assessment: Assessment, paper: Paper): string {
  const { unanalysed } = assessment.coverage;
  if (unanalysed.length === 0) return '';
  const lines = [paint(paper, `Not judged (${unanalysed.length})`, 'magenta', 'bold')];
  for (const each of unanalysed.slice(0, shownUnanalysed)) {
    lines.push(wrap(paper, `${paint(paper, '?', 'magenta')} ${placeText(each.source, each.migration)}: ${sanitiseLine(each.reason)}`, 2));
    lines.push(wrap(paper, paint(paper, sanitiseLine(each.next), 'dim'), 4));
  }
  if (unanalysed.length > shownUnanalysed) lines.push(`  … and ${unanalysed.length - shownUnanalysed} more (--json has them all)`);
  return lines.join('\n');
}

function verdictText(assessment: Assessment, paper: Paper): string {
  const { coverage, findings, risk } = assessment;
  const tally = (['high', 'medium', 'low'] as const)
    .map((severity) => ({ severity, number: findings.filter((finding) => finding.severity === severity).length }))
    .filter((each) => each.number > 0)
    .map((each) => `${each.number} ${each.severity}`);
  const summary = tally.length > 0 ? tally.join(', ') : 'nothing found';
  const lines = [
    wrap(
      paper,
      `${paint(paper, `${signs[risk]} Risk: ${risk}`, inks[risk], 'bold')} · ${summary}${assessment.destructive ? paint(paper, ' · destructive', 'red') : ''}`,
      0,
    ),
    wrap(
      paper,
      `${coverage.analysed} of ${count(coverage.statements, 'statement')} judged${coverage.unanalysed.length > 0 ? `, ${count(coverage.unanalysed.length, 'gap')}: what is not judged is not safe` : ''}.`,
      0,
    ),
  ];
  if (coverage.migrations === 0 && coverage.unanalysed.length === 0) lines[1] = 'There is no migration to judge.';
  if (assessment.nextStep) lines.push(wrap(paper, paint(paper, `Next: ${sanitiseLine(assessment.nextStep.why)}`, 'dim'), 0));
  return lines.join('\n');
}
