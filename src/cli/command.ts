import type { ParseArgsConfig } from 'node:util';

export type FlagValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** A flag: how it is parsed, and how it is explained. */
export interface Flag {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** Name of its value in the help. */
  value?: string;
  help: string;
}

/** What a command sees of its surroundings; tests give their own. */
export interface Surroundings {
  workingFolder: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  readStandardInput: () => Promise<Buffer>;
}

export interface CommandResult {
  /** For standard output. */
  text: string;
  exitCode: number;
}

/** One command of the command line. */
export interface Command {
  name: string;
  summary: string;
  usage: string;
  flags: Record<string, Flag>;
  examples: { line: string; says: string }[];
  run(values: FlagValues, positionals: string[], surroundings: Surroundings): Promise<CommandResult>;
}

/** The flags as `node:util` parses them. */
export function parseOptions(flags: Record<string, Flag>): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.type, multiple: flag.multiple ?? false, ...(flag.short ? { short: flag.short } : {}) },
    ]),
  );
}

/** Value of a text flag, or undefined. */
export function textFlag(values: FlagValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Values of a repeatable flag, each possibly a list with commas; undefined when it was not given. */
export function listFlag(values: FlagValues, name: string): string[] | undefined {
  const value = values[name];
  if (!Array.isArray(value)) return undefined;
  return value
    .flatMap((each) => String(each).split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
