import { LockkeeperError } from '../core/errors.js';
import type { DangerousCommand } from '../core/history.js';
import type { ToolName } from '../core/stack.js';
import { migrationTools } from '../orms/index.js';

export interface Dangers {
  /** The command line that was asked about; null for a list. */
  commandLine: string | null;
  commands: (DangerousCommand & { tool: ToolName })[];
}

/**
 * The destructive commands of the supported tools, or those that a command line matches.
 *
 * @param words nothing, the name of a tool, or the words of a command line
 * @throws LockkeeperError BAD_USAGE for a single word that is no tool
 */
export function dangers(words: readonly string[]): Dangers {
  const all = migrationTools.flatMap((tool) => (tool.danger ?? []).map((command) => ({ tool: tool.name, ...command })));
  const [first] = words;
  if (first === undefined) return { commandLine: null, commands: all };
  if (words.length === 1 && !first.includes(' ')) {
    const commands = all.filter((each) => each.tool === first);
    if (commands.length > 0) return { commandLine: null, commands };
    const known = [...new Set(all.map((each) => each.tool))].join(', ');
    throw new LockkeeperError('BAD_USAGE', `${first} is no tool that is known.`, `Give one of ${known}, or a command line after --.`);
  }
  const commandLine = words.join(' ').replace(/\s+/g, ' ').trim();
  return { commandLine, commands: all.filter((each) => new RegExp(each.pattern).test(commandLine)) };
}
