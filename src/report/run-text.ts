import type { LockkeeperProblem } from '../core/errors.js';
import { sanitise, sanitiseLine } from '../core/sanitise.js';
import { indentLines, type Paper, paint, plainPaper, wrap } from './paper.js';

/** What of a run is shown: the shape of `RunReport`. */
interface ShownRun {
  stack: string;
  direction: 'up' | 'down';
  succeeded: boolean;
  steps: readonly {
    migration: string;
    outcome: string;
    commands: readonly string[][];
    exitCode: number | null;
    said: string;
    error: { sqlState: string | null; message: string } | null;
    notes: readonly string[];
    schemaChanges: readonly string[];
    leftInvalid: readonly string[];
  }[];
  next: string | null;
}

const outcomes: Record<string, string> = {
  done: 'done',
  'done-with-complaint': 'done, though the tool reported a failure',
  failed: 'failed, nothing of it is there',
  partly: 'PARTLY there, and not recorded',
  nothing: 'nothing happened',
};

/** A run for a terminal: what ran, what the tool said where it did not go well, and what the database shows. */
export function runText(report: ShownRun, paper: Paper = plainPaper): string {
  const parts = report.steps.map((step) => {
    const well = step.outcome === 'done';
    const lines = [
      `${paint(paper, well ? '✓' : '✗', well ? 'green' : 'red')} ${paint(paper, sanitiseLine(step.migration), 'bold')}  ${outcomes[step.outcome]}`,
    ];
    for (const command of step.commands) lines.push(paint(paper, indentLines(`$ ${sanitiseLine(command.join(' '))}`, 4), 'dim'));
    if (step.error) lines.push(wrap(paper, `${step.error.sqlState ?? 'error'}: ${sanitiseLine(step.error.message)}`, 4));
    else if (!well && step.said !== '') lines.push(indentLines(sanitise(step.said), 4));
    for (const change of step.schemaChanges.slice(0, 20)) lines.push(`    ${sanitiseLine(change)}`);
    for (const invalid of step.leftInvalid) lines.push(`    ${paint(paper, `left invalid: ${sanitiseLine(invalid)}`, 'yellow')}`);
    for (const note of step.notes) lines.push(paint(paper, wrap(paper, sanitise(note), 4), 'dim'));
    return lines.join('\n');
  });
  if (report.next !== null) parts.push(paint(paper, wrap(paper, sanitise(report.next), 0), 'yellow'));
  return `${parts.join('\n\n')}\n`;
}

/** What was written as a new migration, for a terminal. */
export function createdText(
  created: {
    name: string;
    files: readonly { path: string; change: string }[];
    modelsNeed: readonly string[];
    notes: readonly string[];
    problems?: readonly LockkeeperProblem[];
  },
  paper: Paper = plainPaper,
): string {
  const lines = [`${paint(paper, sanitiseLine(created.name), 'bold')}`];
  for (const file of created.files) lines.push(`  ${file.change.padEnd(8)} ${sanitiseLine(file.path)}`);
  for (const need of created.modelsNeed) lines.push(wrap(paper, `the models still need: ${sanitise(need)}`, 2));
  for (const note of created.notes) lines.push(paint(paper, wrap(paper, sanitise(note), 2), 'dim'));
  return `${lines.join('\n')}\n`;
}
