import type { DangerousCommand } from '../core/history.js';
import { sanitiseLine } from '../core/sanitise.js';
import { type Paper, paint, plainPaper, wrap } from './paper.js';

/** Destructive commands for a terminal. */
export function dangerText(
  dangers: { commandLine: string | null; commands: readonly (DangerousCommand & { tool: string })[] },
  paper: Paper = plainPaper,
): string {
  if (dangers.commandLine !== null && dangers.commands.length === 0)
    return `Not on the list of destructive commands: ${sanitiseLine(dangers.commandLine)}\nThat is no promise that it is harmless.\n`;
  const parts = dangers.commands.map((each) =>
    [
      paint(paper, `${each.tool}: ${each.command}`, 'bold', 'red'),
      wrap(paper, each.why, 2),
      paint(paper, wrap(paper, `Instead: ${each.instead}`, 2), 'dim'),
    ].join('\n'),
  );
  return `${parts.join('\n\n')}\n`;
}
