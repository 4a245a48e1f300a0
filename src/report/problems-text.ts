import type { LockkeeperProblem } from '../core/errors.js';
import { sanitiseLine } from '../core/sanitise.js';
import { type Paper, paint, plainPaper, wrap } from './paper.js';

const shown = 20;

/** Problems for a terminal, each with what to do; empty when there are none. */
export function problemLines(problems: readonly LockkeeperProblem[], paper: Paper = plainPaper): string {
  if (problems.length === 0) return '';
  const lines = [paint(paper, `Problems (${problems.length})`, 'yellow', 'bold')];
  for (const problem of problems.slice(0, shown)) {
    lines.push(
      wrap(paper, `${paint(paper, '!', 'yellow')} ${problemText(problem)}`, 2),
      wrap(paper, paint(paper, sanitiseLine(problem.next), 'dim'), 4),
    );
  }
  if (problems.length > shown) lines.push(`  … and ${problems.length - shown} more (--json has them all)`);
  return lines.join('\n');
}

/** One problem on one line; the place only where the message does not name it. */
export function problemText(problem: LockkeeperProblem): string {
  const place =
    problem.file === undefined || problem.message.includes(problem.file)
      ? ''
      : ` (${problem.file}${problem.line === undefined ? '' : `:${problem.line}`})`;
  return sanitiseLine(`${problem.message}${place} [${problem.code}]`);
}
