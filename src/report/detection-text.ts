import type { LockkeeperProblem } from '../core/errors.js';
import { sanitiseLine } from '../core/sanitise.js';
import type { Stack } from '../core/stack.js';
import { type Paper, paint, plainPaper, spread, wrap } from './paper.js';
import { problemLines, problemText } from './problems-text.js';
import { count, placeText } from './words.js';

/** The stacks of a project for a terminal. */
export function detectionText(
  detection: { stacks: readonly Stack[]; problems: readonly LockkeeperProblem[] },
  paper: Paper = plainPaper,
): string {
  const found =
    detection.stacks.length === 0
      ? 'No migration tool was found.'
      : paint(paper, `${count(detection.stacks.length, 'stack')} found`, 'bold');
  const parts = [found, ...detection.stacks.map((stack) => stackText(stack, paper)), problemLines(detection.problems, paper)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function stackText(stack: Stack, paper: Paper): string {
  const head = `${paint(paper, sanitiseLine(stack.id), 'bold', stack.supported ? 'green' : 'yellow')}${stack.supported ? '' : '  recognised, not supported yet'}`;
  const version = stack.toolVersion === null ? '' : ` ${sanitiseLine(stack.toolVersion)}`;
  const rows: [string, string][] = [
    ['migrations', `${count(stack.migrationCount, 'migration')} in ${stack.migrationFolders.map(sanitiseLine).join(', ') || 'no folder'}`],
    ['transaction', transactionText(stack)],
    ['run with', stack.command === null ? 'the application itself' : sanitiseLine(stack.command.join(' '))],
    ['target from', stack.databaseSetting === null ? 'not known' : sanitiseLine(stack.databaseSetting)],
  ];
  if (stack.heads.length > 1) rows.push(['heads', stack.heads.map(sanitiseLine).join(', ')]);
  if (stack.workflowNote !== null) rows.push(['workflow', sanitiseLine(stack.workflowNote)]);
  if (stack.undetermined.length > 0) rows.push(['not known', stack.undetermined.map(sanitiseLine).join('; ')]);
  const evidence = stack.evidence[0];
  if (evidence) rows.push(['seen in', `${placeText(evidence)}: ${sanitiseLine(evidence.what)}`]);
  for (const problem of stack.problems) rows.push(['problem', problemText(problem)]);
  const body = rows.map(([name, value]) => `  ${paint(paper, name.padEnd(12), 'dim')}${wrap(paper, value, 14).trimStart()}`);
  return [spread(paper, head, paint(paper, `${stack.tool}${version} · ${stack.dialect}`, 'dim')), ...body].join('\n');
}

function transactionText(stack: Stack): string {
  return {
    'per-file': 'one for each migration',
    all: 'one over all migrations of a run: locks add up',
    none: 'none: every statement on its own',
    'one-string': 'a file is sent whole: one implicit transaction',
    automatic: 'one for each migration, unless it cannot run in one',
  }[stack.transactionMode];
}
