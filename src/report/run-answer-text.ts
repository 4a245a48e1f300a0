import { sanitiseLine } from '../core/sanitise.js';
import { type Paper, paint, plainPaper, wrap } from './paper.js';

/** The part of a run's answer that a terminal shows first. */
export interface RunAnswerHead {
  status: string;
  planId: string;
  expiresAt: string;
  target: { database: string; class: string; classBasis: string };
  migrations: readonly string[];
  level: { needed: string; name: string; stops: string; doesNotStop: string };
  approval: { level: string; by: string; method: string; humanVerified: boolean; says: string } | null;
  says: string;
  next: string | null;
}

/** A plan that waits, or a run that ended, for a terminal. */
export function runAnswerText(answer: RunAnswerHead, paper: Paper = plainPaper): string {
  const { target, level, approval } = answer;
  const good = answer.status === 'applied' || answer.status === 'ready';
  const lines = [
    `${paint(paper, answer.status.replaceAll('_', ' '), 'bold', good ? 'green' : 'yellow')}  ${answer.planId}  until ${answer.expiresAt}`,
    wrap(paper, `${sanitiseLine(target.database)} is ${target.class}: ${sanitiseLine(target.classBasis)}`, 2),
    wrap(paper, answer.migrations.map(sanitiseLine).join(', '), 2),
    wrap(paper, `Level ${level.needed} (${level.name}) stops ${level.stops}. It does not stop ${level.doesNotStop}.`, 2),
    approval === null
      ? ''
      : wrap(paper, `Approved by ${sanitiseLine(approval.by)} (${approval.method}, level ${approval.level}). ${approval.says}`, 2),
    wrap(paper, sanitiseLine(answer.says), 2),
    answer.next === null ? '' : wrap(paper, `Next: ${sanitiseLine(answer.next)}`, 2),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
