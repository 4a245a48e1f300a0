import type { AssessedStatement, Unanalysed } from '../core/assessment.js';
import type { Finding, Severity } from '../core/finding.js';
import type { AnalysisInput } from '../sql/analysis.js';

export interface JudgeOptions {
  rules?: Record<string, 'on' | 'off' | Severity>;
}
export interface Judgement {
  statements: AssessedStatement[];
  findings: Finding[];
  unanalysed: Unanalysed[];
}
export type Judge = (input: AnalysisInput, options?: JudgeOptions) => Judgement;
export type LoadJudge = () => Promise<Judge>;

export async function loadJudge(): Promise<Judge> {
  return (input) => {
    const unanalysed: Unanalysed[] = input.units
      .filter((unit) => unit.judged)
      .map((unit) => ({
        source: unit.file === null ? null : { file: unit.file, line: unit.firstLine },
        migration: unit.migration,
        reason: 'stub',
        next: 'wait',
      }));
    return { statements: [], findings: [], unanalysed };
  };
}
