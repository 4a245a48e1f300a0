import type { NextStep } from '../core/assessment.js';
import type { Finding, Need } from '../core/finding.js';
import type { AssessInput } from './assess-input.js';
import type { Selection } from './gather/selection.js';

/** Facts that a read-only look at the target gives. */
const fromTheTarget: ReadonlySet<Need> = new Set([
  'tableSize',
  'schema',
  'serverVersion',
  'timeZone',
  'indexUsage',
  'longTransactions',
  'replicas',
  'functionVolatility',
  'privileges',
]);

/** What to call next: the same question with a look at the target, when that would sharpen a verdict. */
export function nextStepOf(input: AssessInput, findings: readonly Finding[], selections: readonly Selection[]): NextStep | null {
  if (input.databaseVariable !== undefined) return null;
  const needs = [...new Set(findings.flatMap((finding) => finding.needs))].filter((need) => fromTheTarget.has(need));
  if (needs.length === 0) return null;
  const setting = selections
    .map((selection) => selection.stack?.databaseSetting)
    .find((name) => name != null && /^[A-Z_][A-Z0-9_]*$/.test(name));
  return {
    tool: 'assess_risk',
    arguments: { ...input, databaseVariable: setting ?? 'DATABASE_URL' },
    why: `A read-only look at the target would settle: ${needs.join(', ')}.`,
  };
}
