import { loadJudge, type Judgement } from '../../src/rules/judge.js';
import type { AnalysisUnit } from '../../src/sql/analysis.js';

export const unitOf = (sql: string, more: Partial<AnalysisUnit> = {}): AnalysisUnit => ({
  migration: null,
  file: 'm.sql',
  firstLine: 1,
  sql,
  direction: 'up',
  transactionMode: 'per-file',
  judged: true,
  ...more,
});

/** Judges one script after a history, on PostgreSQL 17. */
export async function analyse(sql: string, history = '', more: Partial<AnalysisUnit> = {}): Promise<Judgement> {
  const judge = await loadJudge();
  return judge({ version: 17, historyIsComplete: true, units: [unitOf(history, { judged: false }), unitOf(sql, more)] });
}
