import { safeJson } from '../../core/sanitise.js';
import { dangers } from '../../operations/danger.js';
import { dangerText } from '../../report/danger-text.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, outputFlag } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper danger`: commands of the tools that destroy data or rewrite the record; with a command line, whether it is one. */
export const dangerCommand: Command = {
  name: 'danger',
  summary: 'List the destructive commands of the migration tools, or say whether a command line is one',
  usage: 'lockkeeper danger [TOOL] [flags] [-- COMMAND LINE]',
  flags: { ...jsonFlag, ...outputFlag },
  examples: [
    { line: 'lockkeeper danger prisma', says: 'of one tool' },
    { line: 'lockkeeper danger -- npx prisma migrate reset --force', says: 'exit 1 when the command is one, for hooks' },
  ],
  async run(values, positionals, surroundings) {
    const answer = dangers(positionals);
    const text = values.json ? `${safeJson(answer, 2)}\n` : dangerText(answer, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: answer.commandLine !== null && answer.commands.length > 0 ? exitCodes.findings : exitCodes.fine };
  },
};
