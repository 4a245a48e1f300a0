import type { BackfillReport } from '../core/backfill.js';
import { sanitiseLine } from '../core/sanitise.js';
import { type Paper, paint, plainPaper, wrap } from './paper.js';

/** A backfill that ended, for a terminal. */
export function backfillText(report: BackfillReport, paper: Paper = plainPaper): string {
  const { expected, rowsPerBatch, longestBatchMs, longestBlockMs, retried, pauses } = report;
  const paused = [...new Set(pauses.map(({ why }) => why))].map(
    (why) => `Paused ${Math.round(pauses.filter((each) => each.why === why).reduce((sum, { ms }) => sum + ms, 0) / 1000)} s: ${why}.`,
  );
  const lines = [
    paint(paper, sanitiseLine(report.says), 'bold', report.outcome === 'done' ? 'green' : 'yellow'),
    `${expected.how === 'counted' ? 'Counted' : 'Estimated, since counting took too long'}: ${expected.rows} rows when it began${report.resumed ? ', and it went on from an earlier call' : ''}.`,
    `Ranges of ${rowsPerBatch.smallest} to ${rowsPerBatch.largest} rows, the longest ${longestBatchMs} ms; others were seen to wait ${longestBlockMs} ms at most; ${retried} taken back and tried again.`,
    ...paused,
    ...report.notes,
    ...(report.next === null ? [] : [`Next: ${report.next}`]),
  ];
  return `${lines.map((line, at) => (at === 0 ? line : wrap(paper, sanitiseLine(line), 2))).join('\n')}\n`;
}
