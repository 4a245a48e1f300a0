import type { AssessedStatement, Unanalysed } from '../core/assessment.js';
import type { Facts } from '../core/facts.js';
import type { Finding } from '../core/finding.js';
import { type Judgement, type JudgeOptions, loadJudge } from '../rules/judge.js';
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
    const judge = await (context.loadJudge ?? loadJudge)();
    const judgement = judge(
      {
        version: target.version,
        units: selection.units,
        historyIsComplete: target.catalog !== null || selection.historyIsComplete,
        ...(target.catalog ? { catalog: structuredClone(target.catalog) } : {}),
        facts: target.facts,
      },
      options,
    );
    const shift = statements.length;
    statements.push(...judgement.statements.map((statement) => ({ ...statement, index: statement.index + shift })));
    findings.push(
      ...judgement.findings.map((finding) => (finding.statement === null ? finding : { ...finding, statement: finding.statement + shift })),
    );
    unanalysed.push(...judgement.unanalysed);
  }
  return { statements, findings, unanalysed };
}
