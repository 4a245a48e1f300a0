import type { AssessedStatement, Unanalysed } from '../core/assessment.js';
import type { Change, ChangeKind } from '../core/change.js';
import type { Facts } from '../core/facts.js';
import type { Finding, Severity } from '../core/finding.js';
import type { AnalysedStatement, AnalysisInput } from '../sql/analysis.js';
import { loadParser } from '../sql/postgres/parser.js';
import { type Step, walkInSteps } from '../sql/postgres/walk.js';
import { estimate } from './estimate.js';
import { rules } from './index.generated.js';
import type { Rule, RuleContext, Violation } from './rule.js';
import { StepContext } from './step-context.js';
import { asReadersSay } from './support/names.js';

/** What the project's configuration says of single rules. */
export interface JudgeOptions {
  rules?: Record<string, 'on' | 'off' | Severity>;
}

/** What was found in one analysis. */
export interface Judgement {
  statements: AssessedStatement[];
  findings: Finding[];
  unanalysed: Unanalysed[];
}

export type Judge = (input: AnalysisInput, options?: JudgeOptions) => Judgement;

/** The judge in small steps: between them it can be left alone for a while, or for good. */
export type SteppingJudge = (input: AnalysisInput, options?: JudgeOptions) => Generator<void, Judgement>;

/** Loads the parser and gives the judge: pure, no I/O, the same answer for the same input. */
export async function loadJudge(): Promise<Judge> {
  await loadParser();
  return (input, options) => {
    const steps = judgeInSteps(input, options);
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
  };
}

/** Loads the parser and gives the judge that can be stopped on its way. */
export async function loadSteppingJudge(): Promise<SteppingJudge> {
  await loadParser();
  return judgeInSteps;
}

/** Rows below which a scan or rewrite is over before anybody notices: a few milliseconds on ordinary disks. */
const smallTableRows = 10_000;

type Check = (change: Change, context: RuleContext) => Violation | Violation[] | null;

type Active = { id: string; rule: Rule; severity: Severity };

const sorted = new WeakMap<object, Map<ChangeKind, Active[]>>();
const noSettings = {};

/** Rules by the kind of change that they look at; worked out once for each configuration. */
function activeRules(options: JudgeOptions): Map<ChangeKind, Active[]> {
  const key = options.rules ?? noSettings;
  const known = sorted.get(key) ?? sortRules(options);
  sorted.set(key, known);
  return known;
}

function sortRules(options: JudgeOptions): Map<ChangeKind, Active[]> {
  const byKind = new Map<ChangeKind, Active[]>();
  for (const [id, rule] of Object.entries(rules)) {
    const setting = options.rules?.[id] ?? (rule.quiet ? 'off' : 'on');
    if (setting === 'off') continue;
    const active = { id, rule, severity: setting === 'on' ? rule.severity : setting };
    for (const kind of rule.on) byKind.set(kind, [...(byKind.get(kind) ?? []), active]);
  }
  return byKind;
}

function* judgeInSteps(input: AnalysisInput, options: JudgeOptions = {}): Generator<void, Judgement> {
  const byKind = activeRules(options);
  const judgement: Judgement = { statements: [], findings: [], unanalysed: [] };
  yield* walkInSteps(input, (step) => {
    const { statement } = step;
    judgement.statements.push(assessed(statement, input.facts ?? null));
    if (statement.unanalysed) judgement.unanalysed.push(unanalysed(statement));
    for (const finding of findingsOf(step, byKind, input)) judgement.findings.push(finding);
  });
  return judgement;
}

function assessed(statement: AnalysedStatement, facts: Facts | null): AssessedStatement {
  return {
    index: statement.index,
    sql: statement.sql,
    source: statement.source?.file === '' ? { file: '', line: statement.source.line } : statement.source,
    migration: statement.unit.migration,
    direction: statement.unit.direction,
    kind: statement.unanalysed && statement.changes.length === 0 ? 'unknown' : (statement.changes[0]?.kind ?? 'unknown'),
    analysed: statement.unanalysed === null,
    effects: facts ? { ...statement.effects, estimate: estimate(statement, facts) } : statement.effects,
  };
}

function unanalysed(statement: AnalysedStatement): Unanalysed {
  return {
    source: statement.source,
    migration: statement.unit.migration,
    reason: statement.unanalysed ?? '',
    next: 'Read this statement yourself, or write it in SQL that PostgreSQL 18 parses; until then its risk is unknown, not low.',
  };
}

function findingsOf(step: Step, byKind: Map<ChangeKind, Active[]>, input: AnalysisInput): Finding[] {
  const { statement } = step;
  const found: { active: Active; violation: Violation }[] = [];
  for (const [position, change] of statement.changes.entries()) {
    const candidates = byKind.get(change.kind);
    if (!candidates) continue;
    const context = new StepContext(step, change, statement.changeEffects[position]!, input);
    for (const active of candidates) {
      if (active.rule.onDown === false && statement.unit.direction === 'down') continue;
      const answer = (active.rule.check as Check)(change, context);
      if (answer === null) continue;
      for (const violation of Array.isArray(answer) ? answer : [answer]) {
        if (violation.relation && !active.rule.evenWhenNew && context.isNew(violation.relation)) continue;
        found.push({ active, violation });
      }
    }
  }
  if (found.length === 0) return [];
  const saysMore = (other: (typeof found)[number], { active, violation }: (typeof found)[number]): boolean =>
    !!other.active.rule.supersedes?.includes(active.id) &&
    (!other.violation.relation || !violation.relation || other.violation.relation === violation.relation);
  return found
    .filter((one) => !found.some((other) => saysMore(other, one)))
    .map(({ active, violation }) => toFinding(active, violation, statement, input.facts ?? null));
}

function toFinding({ id, rule, severity }: Active, violation: Violation, statement: AnalysedStatement, facts: Facts | null): Finding {
  const table = violation.relation ? facts?.tables[violation.relation] : undefined;
  const needs = new Set(violation.needs);
  let level = violation.severity ?? severity;
  if (rule.sizeMatters && violation.relation) {
    if (!table) needs.add('tableSize');
    else if (table.rows < smallTableRows) level = 'low';
  }
  return {
    rule: id,
    severity: level,
    statement: statement.index,
    source: statement.source,
    title: asReadersSay(violation.title ?? rule.title),
    why: asReadersSay(violation.why),
    fix: { ...violation.fix, summary: asReadersSay(violation.fix.summary) },
    evidence: violation.evidence ?? (table ? ['static', 'catalog'] : ['static']),
    needs: [...needs],
    destructive: violation.destructive ?? false,
  };
}
