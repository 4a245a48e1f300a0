import { sanitiseLine } from '../core/sanitise.js';
import { type Paper, paint, plainPaper, wrap } from './paper.js';

/** What is shown of a line of the journal. */
export interface ShownLine {
  number: number;
  at: string;
  kind: string;
  user: string;
  planId?: string;
  level?: string;
  by?: string;
  method?: string;
  humanVerified?: boolean;
  migration?: string;
  sql?: string;
  result?: string;
  tookMs?: number;
  says?: string;
}

/** Lines of the journal for a terminal, oldest first. */
export function journalText(lines: readonly ShownLine[], paper: Paper = plainPaper): string {
  if (lines.length === 0) return 'The journal has no such line.\n';
  return lines.map((line) => lineText(line, paper)).join('');
}

function lineText(line: ShownLine, paper: Paper): string {
  const level = line.level === undefined ? '' : `level ${line.level}`;
  const who =
    line.by === undefined
      ? ''
      : `by ${line.by}${line.humanVerified === undefined ? '' : line.humanVerified ? ', human verified' : ', human not verified'}`;
  const parts = [
    line.planId,
    level,
    who,
    line.method,
    line.migration,
    line.result,
    line.tookMs === undefined ? undefined : `${line.tookMs} ms`,
  ];
  const head = `${String(line.number).padStart(5)}  ${line.at.slice(0, 19)}  ${paint(paper, line.kind.padEnd(9), 'bold')} `;
  const rest = parts
    .filter((part): part is string => part !== undefined && part !== '')
    .map(sanitiseLine)
    .join('  ');
  const more = [line.says, line.sql]
    .filter((text): text is string => text !== undefined)
    .map((text) => `${wrap(paper, sanitiseLine(text), 8)}\n`);
  return `${head}${rest}\n${more.join('')}`;
}
