import type { AssessedStatement, Unanalysed } from '../core/assessment.js';
import type { Facts } from '../core/facts.js';
import type { Finding } from '../core/finding.js';
import { setImmediate } from 'node:timers/promises';
import { type Judgement, type JudgeOptions, loadSteppingJudge, type SteppingJudge } from '../rules/judge.js';
import type { CatalogState } from '../sql/catalog/types.js';
import type { OperationContext } from './context.js';
import { stopWhenCancelled } from './context.js';
import type { Selection } from './gather/selection.js';

export interface JudgeTarget {
  version: number;
  /** From a live database; both or neither. */
  facts: Facts | null;
  catalog: CatalogState | null;
}

/** Judges every selection on its own schema and puts the answers together under one numbering. */
export async function judgeSelections(
  selections: readonly Selection[],
  target: JudgeTarget,
  options: JudgeOptions,
  context: OperationContext,
): Promise<Judgement> {
  const statements: AssessedStatement[] = [];
  const findings: Finding[] = [];
  const unanalysed: Unanalysed[] = [];
  for (const [position, selection] of selections.entries()) {
    stopWhenCancelled(context);
    context.progress?.(position, selections.length, selection.stack?.id ?? 'SQL files');
    unanalysed.push(...selection.unanalysed);
    if (!selection.units.some((unit) => unit.judged)) continue;
    const judge = await (context.loadJudge ?? loadSteppingJudge)();
    const steps = judge(
      {
        version: target.version,
        units: selection.units,
        historyIsComplete: target.catalog !== null || selection.historyIsComplete,
        ...(target.catalog ? { catalog: structuredClone(target.catalog) } : {}),
        facts: target.facts,
      },
      options,
    );
    const judgement = await untilCancelled(steps, context);
    const shift = statements.length;
    for (const statement of judgement.statements) {
      statement.index += shift;
      statements.push(statement);
    }
    for (const finding of judgement.findings) {
      if (finding.statement !== null) finding.statement += shift;
      findings.push(finding);
    }
    for (const gap of judgement.unanalysed) unanalysed.push(gap);
  }
  return { statements, findings, unanalysed };
}

/** How long the judge works before a call that came in meanwhile, such as a cancellation, is heard. */
const patienceMs = 50;

async function untilCancelled(steps: ReturnType<SteppingJudge>, context: OperationContext): Promise<Judgement> {
  let heard = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - heard < patienceMs) continue;
    await setImmediate();
    stopWhenCancelled(context);
    heard = performance.now();
  }
}
