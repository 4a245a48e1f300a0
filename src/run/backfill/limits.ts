import type { BackfillLimits } from '../../core/backfill.js';

/** Limits when nobody says otherwise: a range is shorter than what a user of the application notices. */
export const defaultBackfillLimits: BackfillLimits = {
  batchTargetMs: 300,
  leastRows: 100,
  mostRows: 50_000,
  lockTimeoutMs: 1_000,
  statementTimeoutMs: 15_000,
  longestBlockMs: 1_000,
  replicaLagBytes: 64 * 1024 * 1024,
  longTransactionMs: 300_000,
  longestPauseMs: 1_800_000,
  attempts: 8,
  countMs: 5_000,
};
