import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { runHandedOver } from '../../operations/run-plan.js';
import { runAnswerText } from '../../report/run-answer-text.js';
import { type Command, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, outputFlag, projectFlag } from '../shared-flags.js';
import { paperOf, ProgressLine } from '../terminal.js';

/** `lockkeeper runner`: level C. Runs a plan that was made and approved elsewhere, where the credentials are. */
export const runnerCommand: Command = {
  name: 'runner',
  summary: 'Level C: verify a plan and its approval, and run it where the credentials are and the agent is not',
  usage: 'lockkeeper runner PLAN.json APPROVAL.json [flags]',
  flags: { ...jsonFlag, ...outputFlag, ...projectFlag },
  examples: [
    {
      line: 'lockkeeper runner plan.json approval.json --project /srv/shop',
      says: 'as another user, or in a CI job with a protected environment',
    },
  ],
  async run(values, positionals, surroundings) {
    const [planFile, approvalFile, ...rest] = positionals;
    if (planFile === undefined || approvalFile === undefined || rest.length > 0) {
      throw new LockkeeperError('BAD_USAGE', 'runner takes a plan and an approval.', 'See lockkeeper runner --help.');
    }
    const line = new ProgressLine();
    const project = textFlag(values, 'project');
    const answer = await runHandedOver(
      { planFile, approvalFile, ...(project === undefined ? {} : { project }) },
      { ...surroundings, progress: line.report },
    ).finally(() => line.clear());
    const text = values.json ? `${safeJson(answer, 2)}\n` : runAnswerText(answer, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: answer.status === 'applied' ? exitCodes.fine : exitCodes.findings };
  },
};
