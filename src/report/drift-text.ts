import type { Drift, DriftDifference, DriftMending } from '../core/drift.js';
import { sanitise, sanitiseLine } from '../core/sanitise.js';
import { indentLines, type Paper, paint, plainPaper, wrap } from './paper.js';
import { problemLines } from './problems-text.js';
import { count } from './words.js';

/** Most differences that are written out; the rest is a number. */
const mostShown = 50;

/** Most properties of one difference. */
const mostProperties = 8;

/** Where schemas disagree, for a terminal: what is new first, with the statements that mend it. */
export function driftText(drift: Drift, paper: Paper = plainPaper): string {
  const { counts } = drift;
  const title = drift.stack ?? `${drift.databases.live} and ${drift.databases.other ?? ''}`;
  const sums =
    counts.differences === 0
      ? paint(paper, 'no drift', 'green')
      : `${count(counts.differences, 'difference')}, ${counts.new} new${counts.accepted > 0 ? `, ${counts.accepted} accepted` : ''}`;
  const parts = [
    `${paint(paper, sanitiseLine(title), 'bold')}  ${sums}`,
    drift.sources.map((each) => paint(paper, `  ${each.source.padEnd(8)} ${sanitiseLine(each.what)}`, 'dim')).join('\n'),
    drift.pending.length === 0
      ? ''
      : `  ${count(drift.pending.length, 'migration')} not applied yet: ${drift.pending.slice(0, 5).map(sanitiseLine).join(', ')}`,
    ...drift.checks.map(
      (check) => `  ${sanitiseLine(check.command.join(' '))}: ${check.verdict}\n${indentLines(sanitise(check.said.slice(0, 1000)), 4)}`,
    ),
  ];
  const shown = [...drift.differences].sort((a, b) => Number(a.accepted) - Number(b.accepted));
  parts.push(...shown.slice(0, mostShown).map((difference) => differenceText(difference, paper)));
  if (shown.length > mostShown)
    parts.push(paint(paper, `… and ${count(shown.length - mostShown, 'difference')} more; --json has all`, 'dim'));
  if (drift.staleBaseline.length > 0)
    parts.push(`${count(drift.staleBaseline.length, 'entry', 'entries')} of the baseline match nothing any more.`);
  if (drift.notCompared.length > 0)
    parts.push(paint(paper, wrap(paper, `Not compared: ${drift.notCompared.map(sanitiseLine).join(', ')}.`, 0), 'dim'));
  parts.push(problemLines(drift.problems, paper));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function differenceText(difference: DriftDifference, paper: Paper): string {
  const where = difference.presentIn.length === 0 ? 'nowhere' : `in ${difference.presentIn.join(', ')}`;
  const alone = difference.standsAlone === null ? '' : `; ${difference.standsAlone} stands alone`;
  const head = `${paint(paper, `${difference.kind} ${sanitiseLine(difference.object)}`, 'bold', difference.accepted ? 'dim' : 'yellow')}  ${where}${alone}${difference.accepted ? '  (accepted)' : ''}`;
  if (difference.accepted) return head;
  const lines = [head];
  for (const { property, values } of difference.properties.slice(0, mostProperties)) {
    const sides = Object.entries(values).map(([source, value]) => `${source}: ${value === null ? 'none' : sanitiseLine(value ?? '')}`);
    lines.push(wrap(paper, `${sanitiseLine(property)}  ${sides.join('  |  ')}`, 4));
  }
  if (difference.properties.length > mostProperties) lines.push(`    … ${difference.properties.length - mostProperties} more`);
  lines.push(wrap(paper, sanitise(difference.cause.why), 4));
  lines.push(...mendingLines('to make the database as the other side has it', difference.mend.live, paper));
  lines.push(...mendingLines('to keep it, in a new migration', difference.mend.files, paper));
  return lines.join('\n');
}

function mendingLines(says: string, mending: DriftMending | null, paper: Paper): string[] {
  if (mending === null) return [];
  return [
    paint(paper, `    ${says}:`, 'dim'),
    ...mending.sql.map((sql) => indentLines(`${sanitise(sql)};`, 6)),
    ...(mending.byHand === null ? [] : [wrap(paper, sanitise(mending.byHand), 6)]),
    ...mending.loses.map((loss) => paint(paper, `      loses ${sanitiseLine(loss)}`, 'red')),
  ];
}

/** The statements of a mending as a script. */
export function mendingScript(mending: DriftMending | null): string {
  if (mending === null) return '-- There are no files to compare with.\n';
  const losses = mending.loses.map((loss) => `-- loses ${sanitiseLine(loss)}\n`).join('');
  const byHand = mending.byHand === null ? '' : `-- by hand: ${sanitiseLine(mending.byHand)}\n`;
  return `${losses}${byHand}${mending.sql.map((sql) => `${sanitise(sql)};\n`).join('')}`;
}
