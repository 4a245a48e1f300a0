import type { Assessment, Unanalysed } from '../core/assessment.js';
import type { LockkeeperProblem } from '../core/errors.js';
import type { Finding, Severity, SuppressedFinding } from '../core/finding.js';
import { sanitise, sanitiseLine } from '../core/sanitise.js';
import type { RuleDescription } from '../core/rule-description.js';
import type { Place } from '../core/stack.js';
import { version } from '../core/version.js';
import { effectLines, statementOf } from './words.js';

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { high: 'error', medium: 'warning', low: 'note' };

/**
 * An assessment as SARIF 2.1.0, for code scanning. What was not judged is a result as well (`not-judged`): a scan that
 * shows nothing must not look like a clean one.
 *
 * @param rules the catalogue; rules that are missing in it are described by their findings
 */
export function assessmentSarif(assessment: Assessment, rules: readonly RuleDescription[] = []): Record<string, unknown> {
  const described = describeRules(assessment, rules);
  const position = new Map(described.map((rule, index) => [rule.id, index]));
  const results = [
    ...assessment.findings.map((finding) => findingResult(assessment, finding, position)),
    ...assessment.suppressed.map((finding) => ({ ...findingResult(assessment, finding, position), suppressions: [suppression(finding)] })),
    ...assessment.coverage.unanalysed.map((each) => notJudgedResult(each, position)),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'lockkeeper', semanticVersion: version, rules: described } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: assessment.problems.map(notification) }],
        results,
        properties: {
          risk: assessment.risk,
          destructive: assessment.destructive,
          statements: assessment.coverage.statements,
          analysed: assessment.coverage.analysed,
        },
      },
    ],
  };
}

interface SarifRule {
  id: string;
  [key: string]: unknown;
}

function describeRules(assessment: Assessment, rules: readonly RuleDescription[]): SarifRule[] {
  const catalogue = new Map(rules.map((rule) => [rule.id, rule]));
  const used = new Map<string, SarifRule>();
  for (const finding of [...assessment.findings, ...assessment.suppressed]) {
    if (used.has(finding.rule)) continue;
    const rule = catalogue.get(finding.rule);
    used.set(finding.rule, {
      id: finding.rule,
      shortDescription: { text: sanitiseLine(rule?.title ?? finding.title) },
      fullDescription: { text: sanitiseLine(rule?.why ?? finding.why) },
      help: { text: sanitise(rule ? `${rule.why}\n\nSource: ${rule.source}` : finding.why) },
      defaultConfiguration: { level: levels[rule?.severity ?? finding.severity] },
      ...(rule ? { properties: { tags: ['database', 'migration', rule.category] } } : {}),
    });
  }
  if (assessment.coverage.unanalysed.length > 0) {
    used.set('not-judged', {
      id: 'not-judged',
      shortDescription: { text: 'Not judged' },
      fullDescription: { text: 'lockkeeper could not read this; it is not known to be safe.' },
      help: { text: 'lockkeeper could not read this; it is not known to be safe.' },
      defaultConfiguration: { level: 'warning' },
    });
  }
  return [...used.values()];
}

function findingResult(assessment: Assessment, finding: Finding, position: ReadonlyMap<string, number>): Record<string, unknown> {
  const statement = statementOf(assessment, finding);
  const effects = statement ? effectLines(statement.effects) : [];
  const fix = `Instead: ${finding.fix.summary}${finding.fix.sql === null ? '' : `\n${finding.fix.sql}`}`;
  return {
    ruleId: finding.rule,
    ruleIndex: position.get(finding.rule),
    level: levels[finding.severity],
    message: { text: sanitise([finding.title, finding.why, ...effects, fix].join('\n')) },
    locations: locations(finding.source),
    partialFingerprints: {
      'lockkeeper/v1': [finding.rule, finding.source?.file ?? '', sanitiseLine(statement?.sql ?? '').toLowerCase()].join('|').slice(0, 400),
    },
    properties: {
      severity: finding.severity,
      destructive: finding.destructive,
      evidence: finding.evidence,
      needs: finding.needs,
      direction: statement?.direction ?? 'up',
    },
  };
}

function notJudgedResult(unanalysed: Unanalysed, position: ReadonlyMap<string, number>): Record<string, unknown> {
  return {
    ruleId: 'not-judged',
    ruleIndex: position.get('not-judged'),
    level: 'warning',
    message: { text: sanitise(`${unanalysed.reason}\n${unanalysed.next}`) },
    locations: locations(unanalysed.source),
  };
}

function suppression(finding: SuppressedFinding): Record<string, unknown> {
  const until = finding.suppression.expires === null ? '' : ` (until ${finding.suppression.expires})`;
  return { kind: 'external', status: 'accepted', justification: sanitise(finding.suppression.reason) + until };
}

function notification(problem: LockkeeperProblem): Record<string, unknown> {
  return {
    descriptor: { id: problem.code },
    level: 'warning',
    message: { text: sanitise(`${problem.message} ${problem.next}`) },
    ...(problem.file === undefined ? {} : { locations: locations({ file: problem.file, line: problem.line ?? null }) }),
  };
}

function locations(source: Place | null): Record<string, unknown>[] {
  if (source === null || source.file === '') return [];
  const uri = source.file.split('/').map(encodeURIComponent).join('/');
  const region = source.line === null ? {} : { region: { startLine: Math.max(1, source.line) } };
  return [{ physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, ...region } }];
}
