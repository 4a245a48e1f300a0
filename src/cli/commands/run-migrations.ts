import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { runMigrations } from '../../operations/run-migrations.js';
import { runText } from '../../report/run-text.js';
import { type Command, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import {
  databaseFlag,
  jsonFlag,
  numberFlag,
  outputFlag,
  projectFlag,
  refusePositionals,
  stackFlag,
  timeoutFlag,
  withTimeout,
} from '../shared-flags.js';
import { paperOf } from '../terminal.js';

const flags = {
  throwaway: { type: 'boolean', help: 'Says that this database may be lost. Nothing is run on any other' },
  count: { type: 'string', value: 'N', help: 'How many; one when absent' },
  all: { type: 'boolean', help: 'All of them' },
  ...stackFlag,
  ...databaseFlag,
  ...timeoutFlag,
  ...jsonFlag,
  ...outputFlag,
  ...projectFlag,
} as const;

/** `lockkeeper apply`: pending migrations on a throw-away database, with the project's own tool. */
export const applyCommand: Command = {
  name: 'apply',
  summary: 'Apply pending migrations to a throw-away database, one by one, with the project’s own tool',
  usage: 'lockkeeper apply --throwaway [flags]',
  flags,
  examples: [{ line: 'lockkeeper apply --throwaway --database-env SCRATCH_URL --all', says: 'everything that is pending' }],
  run: (values, positionals, surroundings) => runIn('apply', 'up', values, positionals, surroundings),
};

/** `lockkeeper rollback`: the newest applied migrations of a throw-away database are taken back. */
export const rollbackCommand: Command = {
  name: 'rollback',
  summary: 'Take back the newest migrations of a throw-away database, with the project’s own tool',
  usage: 'lockkeeper rollback --throwaway [flags]',
  flags,
  examples: [{ line: 'lockkeeper rollback --throwaway --database-env SCRATCH_URL', says: 'the newest one' }],
  run: (values, positionals, surroundings) => runIn('rollback', 'down', values, positionals, surroundings),
};

async function runIn(name: string, direction: 'up' | 'down', values: FlagValues, positionals: string[], surroundings: Surroundings) {
  refusePositionals(name, positionals);
  const count = numberFlag(values, 'count');
  if (count === 0 || (count !== undefined && values.all))
    throw new LockkeeperError('BAD_USAGE', 'How many is not clear.', 'Give --count with a number from 1, or --all.');
  const answer = await runMigrations(
    {
      project: textFlag(values, 'project') ?? '.',
      stack: textFlag(values, 'stack'),
      databaseVariable: textFlag(values, 'database-env'),
      direction,
      count: values.all ? 'all' : count,
      throwAway: values.throwaway === true,
    },
    withTimeout(surroundings, values),
  );
  const text = values.json ? `${safeJson(answer, 2)}\n` : runText(answer, paperOf(process.stdout, surroundings.environment));
  return { text, exitCode: answer.succeeded ? exitCodes.fine : exitCodes.findings };
}
