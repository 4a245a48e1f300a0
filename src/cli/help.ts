import { version } from '../core/version.js';
import type { Command, Flag } from './command.js';
import { commands } from './commands/index.js';

/** Help of the whole program. */
export async function generalHelp(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const rows = all.map((command) => `  ${command.name.padEnd(12)}${command.summary}`);
  return `lockkeeper ${version}: makes database schema changes safe, whoever writes them.

Usage
  lockkeeper                 serve MCP on standard input and output [--project FOLDER] [--allow-apply]
  lockkeeper COMMAND [...]   ask from a terminal or from CI
  lockkeeper COMMAND --help

Commands
${rows.join('\n')}

Examples
  lockkeeper detect                                       which migration tools are here
  lockkeeper assess --sql 'CREATE INDEX i ON users (id)'  what SQL does to a running database
  lockkeeper review --base main                           what this branch adds

Every command takes --json but hook and completion. NO_COLOR switches colours off; they are only used on a terminal.

Exit codes
  0 fine   1 findings at or above --fail-on   2 bad usage or unreadable input   3 something was not judged   4 refused
`;
}

/** Help of one command. */
export function commandHelp(command: Command): string {
  const help: Flag = { type: 'boolean', short: 'h', help: 'Show this' };
  const flags: [string, Flag][] = Object.entries({ ...command.flags, help });
  const heads = flags.map(([name, flag]) => `--${name}${flag.type === 'string' ? ` ${flag.value ?? 'VALUE'}` : ''}`);
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  const rows = flags.map(([, flag], position) => `  ${(heads[position] ?? '').padEnd(width)}${flag.help}`);
  const examples = command.examples.map((example) => `  ${example.line}\n      ${example.says}`);
  return `${command.summary}.

Usage
  ${command.usage}

Flags
${rows.join('\n')}

Examples
${examples.join('\n')}
`;
}
