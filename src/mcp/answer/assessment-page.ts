import type { Assessment, AssessedStatement, NextStep } from '../../core/assessment.js';
import type { AssessmentPage } from '../schemas/assessment.js';
import type { ToolAnswer } from '../tool.js';
import { assessmentSummary } from './assessment-summary.js';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.js';
import { bytesOf, type Detail, details, mostBytes, type ResponseFormat, shown } from './detail.js';
import { type List, listOf, type Part, takeParts } from './parts.js';
import { shownFinding, shownProblem, shownStatement, shownUnanalysed } from './shorten.js';

export interface PageRequest {
  format: ResponseFormat;
  cursor: string | undefined;
  limit: number;
}

/**
 * An assessment as a tool answers it. Findings, statements, gaps and suppressed findings are given in parts; texts are
 * cut; the whole never passes 20 KB whatever the migrations hold.
 *
 * @throws LockkeeperError CURSOR_INVALID
 */
export function assessmentPage(assessment: Assessment, request: PageRequest): ToolAnswer<AssessmentPage> {
  const lists = [
    listOf(assessment.findings, shownFinding),
    listOf(assessment.statements, shownStatement),
    listOf(assessment.coverage.unanalysed, shownUnanalysed),
    listOf(assessment.suppressed, shownFinding),
  ];
  const print = () => fingerprintOf(identity(assessment));
  const offsets =
    request.cursor === undefined
      ? lists.map(() => 0)
      : decodeCursor(
          request.cursor,
          lists.map((list) => list.length),
          print,
        );
  const answer = pageWith(assessment, lists, offsets, request, details[request.format], print);
  return bytesOf(answer) <= mostBytes ? answer : pageWith(assessment, lists, offsets, request, details.minimal, print);
}

function pageWith(
  assessment: Assessment,
  lists: readonly List[],
  offsets: readonly number[],
  request: PageRequest,
  detail: Detail,
  print: () => string,
): ToolAnswer<AssessmentPage> {
  const problems = assessment.problems.slice(0, detail.innerList).map((problem) => shownProblem(problem, detail));
  const frame = {
    ...assessment,
    statements: [],
    findings: [],
    suppressed: [],
    coverage: { ...assessment.coverage, unanalysed: [] },
    problems,
    nextStep: shownStep(assessment.nextStep, detail),
  };
  const { taken, parts, next } = takeParts(lists, offsets, request.limit, detail.bytes - bytesOf(frame) - 300, detail);
  const [findings, statements, unanalysed, suppressed] = taken as [
    Assessment['findings'],
    AssessedStatement[],
    Assessment['coverage']['unanalysed'],
    Assessment['suppressed'],
  ];
  const [findingPart, statementPart, unanalysedPart, suppressedPart] = parts as [Part, Part, Part, Part];
  const structured: AssessmentPage = {
    ...frame,
    statements,
    findings,
    suppressed,
    coverage: { ...assessment.coverage, unanalysed },
    page: {
      findings: findingPart,
      statements: statementPart,
      unanalysed: unanalysedPart,
      suppressed: suppressedPart,
      cursor: next === null ? null : encodeCursor(next, print()),
      shortened: shortened(assessment, statementPart.from, statementPart.count, detail),
    },
  };
  return { structured, text: assessmentSummary(assessment, structured, detail) };
}

/** Arguments as long as a migration are not sent back: the caller still has them. */
function shownStep(step: NextStep | null, detail: Detail): NextStep | null {
  if (step === null) return null;
  const kept = Object.entries(step.arguments).filter(([, value]) => bytesOf(value ?? null) <= detail.sentence);
  const left = Object.keys(step.arguments).filter((key) => !kept.some(([name]) => name === key));
  const same = left.length === 0 ? '' : ` Give ${left.join(' and ')} again as in this call.`;
  return { tool: step.tool, arguments: Object.fromEntries(kept), why: shown(step.why, detail.sentence) + same };
}

/** Inner lists of which only the beginning is shown, by their path. */
function shortened(assessment: Assessment, from: number, count: number, detail: Detail): string[] {
  const notes: string[] = [];
  const most = detail.innerList;
  for (const { index, effects } of assessment.statements.slice(from, from + count)) {
    if (effects.locks.length > most) notes.push(`statement ${index}: ${most} of ${effects.locks.length} locks`);
  }
  if (assessment.problems.length > most) notes.push(`problems: ${most} of ${assessment.problems.length}`);
  return notes.slice(0, 20);
}

function* identity(assessment: Assessment): Generator<string> {
  for (const { sql } of assessment.statements) yield sql;
  for (const { rule, severity, statement } of [...assessment.findings, ...assessment.suppressed]) yield `${rule} ${severity} ${statement}`;
  for (const { reason, migration } of assessment.coverage.unanalysed) yield `${migration} ${reason}`;
}
