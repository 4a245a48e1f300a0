import { LockkeeperError } from '../../core/errors.js';
import { targetClasses } from '../../core/run-plan.js';
import { safeJson } from '../../core/sanitise.js';
import { policyEntry } from '../../operations/policy-entry.js';
import { type CommandResult, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { choiceFlag } from '../shared-flags.js';

/** `lockkeeper approve target`: prints what a person puts into their policy file; writes nothing. */
export async function targetEntry(values: FlagValues, surroundings: Surroundings): Promise<CommandResult> {
  const variable = textFlag(values, 'database-env');
  const target = choiceFlag(values, 'class', targetClasses);
  if (variable === undefined || target === undefined) {
    throw new LockkeeperError('BAD_USAGE', 'Which database is what is not said.', 'Give --database-env NAME and --class CLASS.');
  }
  const { entry, file } = await policyEntry(variable, target, surroundings);
  const text = `Add this to "targets" in ${file}:\n${safeJson(entry, 2)}\n`;
  return { text: values.json ? `${safeJson(entry, 2)}\n` : text, exitCode: exitCodes.fine };
}
