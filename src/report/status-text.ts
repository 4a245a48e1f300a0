import type { History, MigrationStatus, Recovery } from '../core/history.js';
import { sanitise, sanitiseLine } from '../core/sanitise.js';
import { indentLines, type Ink, type Paper, paint, plainPaper, wrap } from './paper.js';
import { problemLines } from './problems-text.js';
import { count } from './words.js';

const inks: Record<MigrationStatus['state'], Ink> = {
  applied: 'green',
  pending: 'cyan',
  failed: 'red',
  skipped: 'yellow',
  missing: 'yellow',
  unknown: 'yellow',
};

/** Most applied migrations that are listed; the rest is a number. */
const mostApplied = 10;

/** Where the migrations of a stack stand, for a terminal: what needs attention in full, the long past as a number. */
export function statusText(status: History & { stack: string }, paper: Paper = plainPaper): string {
  const count_ = (state: MigrationStatus['state']): number => status.migrations.filter((each) => each.state === state).length;
  const sums = (['applied', 'pending', 'failed', 'skipped', 'missing', 'unknown'] as const)
    .filter((state) => state === 'applied' || state === 'pending' || count_(state) > 0)
    .map((state) => `${count_(state)} ${state}`)
    .join(', ');
  const head = `${paint(paper, sanitiseLine(status.stack), 'bold')}  ${sums}`;
  const table = status.exists ? `history in ${sanitiseLine(status.table)}` : `there is no history table ${sanitiseLine(status.table)} yet`;
  const parts = [
    `${head}\n${paint(paper, table, 'dim')}`,
    listText(status.migrations, paper),
    ...status.recoveries.map((recovery) => recoveryText(recovery, paper)),
    problemLines(status.problems, paper),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function listText(migrations: readonly MigrationStatus[], paper: Paper): string {
  const quiet = (each: MigrationStatus): boolean => each.state === 'applied' && each.edited !== true && each.detail === null;
  const hidden = Math.max(0, migrations.filter(quiet).length - mostApplied);
  let left = hidden;
  const shown = migrations.filter((each) => !quiet(each) || left-- <= 0);
  const lines = shown.map((each) => lineText(each, paper));
  if (hidden > 0) lines.unshift(paint(paper, `  … ${count(hidden, 'applied migration')} before`, 'dim'));
  return lines.join('\n');
}

function lineText(each: MigrationStatus, paper: Paper): string {
  const remarks = [
    each.edited === true ? 'edited after it was applied' : '',
    each.outOfOrder ? 'sorts before an applied one' : '',
    each.detail === null ? '' : sanitiseLine(each.detail),
  ].filter((text) => text !== '');
  const tail = remarks.length === 0 ? (each.appliedAt ?? '').slice(0, 19) : remarks.join('; ');
  return `  ${paint(paper, each.state.padEnd(8), inks[each.state])} ${sanitiseLine(each.name)}${tail === '' ? '' : `  ${paint(paper, tail, 'dim')}`}`;
}

function recoveryText(recovery: Recovery, paper: Paper): string {
  const lines = [paint(paper, sanitiseLine(recovery.title), 'bold', 'yellow'), wrap(paper, sanitise(recovery.why), 2)];
  for (const [at, step] of recovery.steps.entries()) {
    lines.push(wrap(paper, `${at + 1}. ${sanitise(step.says)}`, 2));
    if (step.command !== null) lines.push(indentLines(`$ ${sanitise(step.command)}`, 5));
    if (step.sql !== null) lines.push(indentLines(sanitise(step.sql), 5));
  }
  return lines.join('\n');
}
