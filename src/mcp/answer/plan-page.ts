import type { PlanPhase, PlanStep, Usage } from '../../core/plan.js';
import type { Planned } from '../../operations/plan.js';
import { lockText } from '../../report/plan-text.js';
import type { PhasePage, PlanPage, StepPage } from '../schemas/plan.js';
import type { ToolAnswer } from '../tool.js';
import type { PageRequest } from './assessment-page.js';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.js';
import { bytesOf, type Detail, details, mostBytes, shown } from './detail.js';
import { type Part, takeParts } from './parts.js';
import { shownName, shownProblem } from './shorten.js';

/**
 * A plan as a tool answers it: all phases in outline, steps and uses a part at a time. The whole plan is a resource.
 *
 * @throws LockkeeperError CURSOR_INVALID
 */
export function planPage(plan: Planned, request: PageRequest): ToolAnswer<PlanPage> {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const uses = plan.usage?.found ?? [];
  const lists = [
    { length: steps.length, show: (at: number, detail: Detail) => shownStep(steps[at]!, detail) },
    { length: uses.length, show: (at: number, detail: Detail) => shownUse(uses[at]!, detail) },
  ];
  const print = () => fingerprintOf([plan.id, ...steps.map((step) => step.id), String(uses.length)]);
  const offsets = request.cursor === undefined ? [0, 0] : decodeCursor(request.cursor, [steps.length, uses.length], print);
  const pageWith = (detail: Detail): ToolAnswer<PlanPage> => {
    const few = (texts: readonly string[]): string[] => texts.slice(0, detail.innerList).map((text) => shown(text, detail.sentence));
    const outline = {
      id: plan.id,
      status: plan.status,
      title: shown(plan.title, detail.sentence),
      stack: plan.stack,
      serverVersion: plan.serverVersion,
      basis: plan.basis,
      phases: plan.phases.slice(0, 40).map((phase) => shownPhase(phase, detail)),
      ways: plan.ways.slice(0, detail.innerList),
      differences: few(plan.differences),
      limits: few(plan.limits),
      needs: plan.needs.slice(0, detail.innerList).map((need) => ({
        what: shown(need.what, detail.sentence),
        why: shown(need.why, detail.sentence),
        how: shown(need.how, detail.sentence),
      })),
      problems: plan.problems.slice(0, detail.innerList).map((problem) => shownProblem(problem, detail)),
    };
    const room = Math.max(1_500, detail.bytes - bytesOf(outline));
    const { taken, parts, next } = takeParts(lists, offsets, request.limit, room, detail);
    const shortened = (['differences', 'limits', 'needs', 'problems'] as const)
      .filter((name) => plan[name].length > detail.innerList)
      .map((name) => `${name}: ${detail.innerList} of ${plan[name].length}`);
    const structured: PlanPage = {
      ...outline,
      steps: (taken[0] ?? []) as StepPage[],
      usage: plan.usage && {
        total: plan.usage.total,
        filesRead: plan.usage.filesRead,
        cut: plan.usage.cut,
        found: (taken[1] ?? []) as Usage[],
      },
      resource: `lockkeeper://plans/${plan.id}`,
      page: { steps: parts[0] as Part, uses: parts[1] as Part, cursor: next === null ? null : encodeCursor(next, print()), shortened },
    };
    return { structured, text: summary(plan, structured, detail) };
  };
  const answer = pageWith(details[request.format]);
  return bytesOf(answer) <= mostBytes ? answer : pageWith(details.minimal);
}

function shownPhase(phase: PlanPhase, detail: Detail): PhasePage {
  return {
    number: phase.number,
    kind: phase.kind,
    stage: phase.stage,
    title: shown(phase.title, 160),
    says: phase.says && shown(phase.says, detail.sentence),
    edits: phase.edits.slice(0, detail.innerList).map((edit) => shown(edit, detail.sentence)),
    gone: phase.gone
      .slice(0, detail.innerList)
      .map((each) => shownName(each.column === null ? each.table : `${each.table}.${each.column}`)),
    steps: phase.steps.length,
  };
}

function shownStep(step: PlanStep, detail: Detail): StepPage {
  // A statement that is cut cannot be run: what matters is that the whole one is in the resource.
  const statements = (sql: readonly string[]): string[] => {
    const kept = sql.slice(0, detail.innerList * 2).map((each) => shown(each, detail.fixSql));
    return sql.length > kept.length ? [...kept, `-- ${sql.length - kept.length} more in the resource`] : kept;
  };
  return {
    id: step.id,
    title: shown(step.title, 160),
    sql: statements(step.sql),
    mode: step.mode,
    blocks: step.effects.blocks,
    waits: shown(lockText(step), detail.sentence),
    lockTimeoutMs: step.guards?.lockTimeoutMs ?? null,
    check: step.check && shown(step.check, detail.fixSql),
    wayBack: { ...step.wayBack, sql: statements(step.wayBack.sql), note: step.wayBack.note && shown(step.wayBack.note, detail.sentence) },
    oldCodeWorks: step.oldCodeWorks,
    newCodeWorks: step.newCodeWorks,
    isBackfill: step.backfill !== null,
    destructive: step.destructive,
  };
}

function shownUse(use: Usage, detail: Detail): Usage {
  return { ...use, file: shownName(use.file), object: shownName(use.object), excerpt: shown(use.excerpt, Math.min(160, detail.sentence)) };
}

function summary(plan: Planned, page: PlanPage, detail: Detail): string {
  const lines = [shown(plan.title, 200)];
  if (plan.status === 'direct') lines.push('No plan is needed: it is harmless, in one file.');
  for (const need of page.needs) lines.push(`Needs ${need.what}. ${need.how}`);
  for (const phase of page.phases.slice(0, detail.textLines))
    lines.push(`${phase.number}. ${phase.kind === 'deploy' ? 'Deploy: ' : ''}${phase.title}`);
  if (plan.usage !== null && plan.usage.total > 0)
    lines.push(`Still used in ${plan.usage.total} places: the phases that take it away are refused until then.`);
  if (page.page.cursor !== null) lines.push('page.cursor leads to the next part.');
  return lines.join('\n');
}
