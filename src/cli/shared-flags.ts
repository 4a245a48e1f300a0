import { LockkeeperError } from '../core/errors.js';
import { type FlagValues, type Flag, textFlag } from './command.js';

export const projectFlag: Record<string, Flag> = {
  project: { type: 'string', value: 'FOLDER', help: 'Folder of the project; nothing outside it is read' },
};

export const stackFlag: Record<string, Flag> = {
  stack: { type: 'string', value: 'ID', help: 'Stack, as `lockkeeper detect` names it; needed when there are several' },
};

export const databaseFlag: Record<string, Flag> = {
  'database-env': {
    type: 'string',
    value: 'NAME',
    help: 'NAME of the environment variable with the address of the database; the one that the stack reads when absent',
  },
};

export const throwAwayServerFlag: Record<string, Flag> = {
  'throwaway-server-env': {
    type: 'string',
    value: 'NAME',
    help: 'NAME of the environment variable with a server on which databases may be made and dropped; the embedded PostgreSQL when absent',
  },
};

export const timeoutFlag: Record<string, Flag> = {
  timeout: { type: 'string', value: 'SECONDS', help: 'Longest time for each start of the migration tool; it is ended then' },
};

/** The context of an operation with the time limit that was given. */
export function withTimeout<Context extends object>(context: Context, values: FlagValues): Context & { timeoutMs?: number } {
  const seconds = numberFlag(values, 'timeout');
  if (seconds === 0) throw new LockkeeperError('BAD_USAGE', '--timeout of 0 lets nothing run.', 'Give seconds, from 1 to 9999.');
  return { ...context, ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }) };
}

export const jsonFlag: Record<string, Flag> = {
  json: { type: 'boolean', help: 'Print the whole answer as JSON: the object that the MCP tool answers with' },
};

export const outputFlag: Record<string, Flag> = {
  output: { type: 'string', short: 'o', value: 'FILE', help: 'Write the report to a file' },
  quiet: { type: 'boolean', short: 'q', help: 'Print nothing; the exit code says it' },
};

/** One of a few words, or BAD_USAGE. */
export function choiceFlag<Choice extends string>(values: FlagValues, name: string, choices: readonly Choice[]): Choice | undefined {
  const value = textFlag(values, name);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found) return found;
  throw new LockkeeperError('BAD_USAGE', `--${name} cannot be ${value}.`, `It is one of ${choices.join(', ')}.`);
}

/** A whole number, or BAD_USAGE. */
export function numberFlag(values: FlagValues, name: string): number | undefined {
  const value = textFlag(values, name);
  if (value === undefined) return undefined;
  if (/^\d{1,4}$/.test(value)) return Number(value);
  throw new LockkeeperError('BAD_USAGE', `--${name} is not a whole number.`, 'Give a number such as 16.');
}

/** Refuses words that a command has no use for: a forgotten flag name must not pass in silence. */
export function refusePositionals(command: string, positionals: readonly string[]): void {
  if (positionals.length === 0) return;
  throw new LockkeeperError('BAD_USAGE', `${command} takes no ${positionals[0]}.`, `See lockkeeper ${command} --help.`);
}
