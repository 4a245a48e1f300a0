/** What the analyser says of a shape, in the form of an observation. */
import type { AnalysisUnit } from '../../src/sql/analysis.js';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { walk } from '../../src/sql/postgres/walk.js';
import type { Prediction } from './agreement.js';
import { commonSetup } from './shapes/common.js';
import type { Shape } from './types.js';

const unit = (sql: string, judged: boolean, transactionMode: AnalysisUnit['transactionMode']): AnalysisUnit => ({
  migration: null,
  file: null,
  firstLine: 1,
  sql,
  direction: 'up',
  transactionMode,
  judged,
});

/** Facts that a verdict needed and the text and schema could not give: the analyser says so, and then it is no prediction. */
const decisive = new Set(['schema', 'values', 'functionVolatility', 'privileges']);

/**
 * Predicts one shape from its text and the setup's text alone.
 *
 * @returns null where the analyser says that it cannot tell
 */
export async function predict(shape: Shape, major: number, base = commonSetup): Promise<Prediction | null> {
  await loadParser();
  let prediction: Prediction | null = null;
  const parts = shape.setup.split(/^-- next$/m).map((part) => unit(part, false, 'none'));
  const before = shape.before ? [unit(shape.before, false, 'none')] : [];
  const units = [unit(base, false, 'none'), ...parts, ...before, unit(shape.sql, true, 'none')];
  const facts = {
    engine: 'postgres' as const,
    version: major,
    fullVersion: '',
    timeZone: 'UTC',
    lockTimeoutMs: 0,
    statementTimeoutMs: 0,
    tables: {},
    longTransactions: [],
    replicas: [],
    logicalSlots: 0,
    isSuperuser: true,
  };
  walk({ version: major, units, historyIsComplete: true, facts }, ({ statement }) => {
    const unsure =
      statement.unanalysed !== null || statement.changeEffects.some((effects) => effects.needs.some((need) => decisive.has(need)));
    if (unsure) return;
    const { locks, rewrites, scans, indexBuilds, runsInTransaction } = statement.effects;
    const error = runsInTransaction === false && shape.mode === 'transaction' ? '25001' : (statement.error?.code ?? null);
    prediction = {
      locks: Object.fromEntries(locks.map(({ relation, mode }) => [relation, mode])),
      rewrites,
      scans,
      indexBuilds,
      error,
      runsInTransaction: runsInTransaction !== false,
    };
  });
  return prediction;
}
