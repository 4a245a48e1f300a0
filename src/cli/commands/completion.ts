import { LockkeeperError } from '../../core/errors.js';
import type { Command } from '../command.js';
import { completionScript, shells } from '../completion.js';
import { exitCodes } from '../exit-code.js';

/** `lockkeeper completion`: commands and flags for the shell's Tab key. */
export const completionCommand: Command = {
  name: 'completion',
  summary: 'Print a completion script for bash, zsh or fish',
  usage: 'lockkeeper completion bash|zsh|fish',
  flags: {},
  examples: [{ line: 'lockkeeper completion bash >> ~/.bashrc', says: 'from the next shell on' }],
  async run(_values, positionals) {
    const shell = shells.find((each) => each === positionals[0]);
    if (shell === undefined || positionals.length > 1)
      throw new LockkeeperError('BAD_USAGE', 'Which shell is not clear.', `Give one of ${shells.join(', ')}.`);
    const { commands } = await import('./index.js');
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    return { text: completionScript(shell, all), exitCode: exitCodes.fine };
  },
};
