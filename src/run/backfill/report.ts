import type { BackfillOutcome, BackfillReport, BackfillRows } from '../../core/backfill.js';

/** What happened so far. */
export interface Tally {
  changed: number;
  batches: number;
  /** Rows of earlier calls. */
  before: number;
  resumed: boolean;
  longestBatchMs: number;
  longestBlockMs: number;
  retried: number;
  pauses: { why: string; ms: number }[];
}

const next: Record<BackfillOutcome, string | null> = {
  done: null,
  unchecked: 'Run the check of the step by hand, at a quiet time, before the next phase.',
  left: 'See who writes rows that need it: the step before it, usually a trigger, must be in place. Then run it again.',
  cancelled: 'Call again: it goes on where it stopped.',
  'paused-too-long': 'See to what it waited for, then call again: it goes on where it stopped.',
  'gave-way': 'See who holds its rows, or call again at a quieter time: it goes on where it stopped.',
  failed: 'Mend what the database refused, then call again: it goes on where it stopped.',
};

/** The report of a run that ended, in numbers and in a sentence. */
export function reportOf(
  outcome: BackfillOutcome,
  says: string | null,
  run: {
    table: string;
    tally: Tally;
    expected: BackfillRows;
    rowsPerBatch: { smallest: number; largest: number };
    notes: string[];
    tookMs: number;
  },
): BackfillReport {
  const { before, ...tally } = run.tally;
  const rows = `${tally.changed} rows of ${run.table} in ${tally.batches} ranges`;
  const earlier = before > 0 ? ` after ${before} in earlier calls` : '';
  return {
    outcome,
    table: run.table,
    ...tally,
    expected: run.expected,
    rowsPerBatch: tally.batches === 0 ? { smallest: 0, largest: 0 } : { ...run.rowsPerBatch },
    notes: run.notes,
    tookMs: run.tookMs,
    says: `${words[outcome]}: ${rows}${earlier}.${says === null ? '' : ` ${says}`}`,
    next: next[outcome],
  };
}

const words: Record<BackfillOutcome, string> = {
  done: 'Done, and checked',
  unchecked: 'Every range was run, not checked',
  left: 'Every range was run, and rows still need it',
  cancelled: 'Cancelled after a range',
  'paused-too-long': 'Stopped after a long pause',
  'gave-way': 'Stopped, since a range did not get its rows',
  failed: 'Failed between two ranges',
};
