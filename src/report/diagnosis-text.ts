import { sanitiseLine } from '../core/sanitise.js';
import { type Paper, paint, plainPaper, wrap } from './paper.js';

interface Check {
  name: string;
  state: 'ok' | 'absent' | 'missing';
  detail: string;
  next: string | null;
}

/** What `doctor` found, for a terminal. */
export function diagnosisText(diagnosis: { ready: boolean; checks: readonly Check[] }, paper: Paper = plainPaper): string {
  const width = Math.max(0, ...diagnosis.checks.map((check) => check.name.length)) + 2;
  const signs = { ok: paint(paper, '✔', 'green'), absent: paint(paper, '–', 'yellow'), missing: paint(paper, '✖', 'red') };
  const lines = diagnosis.checks.flatMap((check) => {
    const line = `${signs[check.state]} ${sanitiseLine(check.name).padEnd(width)}${sanitiseLine(check.detail)}`;
    return check.next === null ? [line] : [line, wrap(paper, paint(paper, sanitiseLine(check.next), 'dim'), 4)];
  });
  const verdict = diagnosis.ready
    ? paint(paper, 'Ready.', 'green', 'bold')
    : paint(paper, 'Something that is needed is missing.', 'red', 'bold');
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
