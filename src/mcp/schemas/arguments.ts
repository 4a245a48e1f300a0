import * as z from 'zod';
import { LockkeeperError } from '../../core/errors.js';

/** Time limit of a migration tool's program. */
export const timeoutArgument = z
  .number()
  .int()
  .min(1)
  .max(3600)
  .optional()
  .describe('Longest time in seconds for each start of the migration tool; default 120');

/** The same for the operation's context. */
export const timeLimit = (seconds: number | undefined): { timeoutMs?: number } =>
  seconds === undefined ? {} : { timeoutMs: seconds * 1000 };

export const projectArgument = z.string().min(1).optional().describe('Folder of the project; default: the one the client works in');

/**
 * The name of an environment variable. An address in its place is refused and never repeated: the answer would carry the
 * password on.
 *
 * @throws LockkeeperError BAD_USAGE
 */
export function variableName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return name;
  throw new LockkeeperError(
    'BAD_USAGE',
    'database_env takes the name of an environment variable. What was given is no such name; if it is an address with a password, it is now in this conversation.',
    'Set a variable such as DATABASE_URL where the server is started, and give its name. Change a password that was exposed.',
  );
}
