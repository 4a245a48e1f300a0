import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { backfillThrowAway, prepareBackfill } from '../../operations/backfill.js';
import { backfillText } from '../../report/backfill-text.js';
import { runAnswerText } from '../../report/run-answer-text.js';
import { type Command, type CommandResult, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { databaseFlag, jsonFlag, outputFlag, projectFlag } from '../shared-flags.js';
import { paperOf, ProgressLine } from '../terminal.js';
import { runCommand } from './run.js';

const isSafePlan = /^plan-[0-9a-f]{16}$/;

/** `lockkeeper backfill`: makes the run of a backfill, runs one that was approved, or fills a throw-away database at once. */
export const backfillCommand: Command = {
  name: 'backfill',
  summary: 'Fill rows in ranges of the key: resumable, throttled, and approved like any other run',
  usage: 'lockkeeper backfill PLAN [flags]',
  flags: {
    step: { type: 'string', value: 'ID', help: 'Step of the plan, e.g. 2.1; needed when it has several backfills' },
    throwaway: { type: 'boolean', help: 'Says that this database may be lost, and runs at once. Nothing is run so on any other' },
    ...databaseFlag,
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: 'lockkeeper backfill plan-0123456789abcdef --database-env DATABASE_URL', says: 'count, and make a run; nothing is changed' },
    { line: 'lockkeeper approve plan-4Jx…', says: 'as a person: see it and approve it' },
    { line: 'lockkeeper backfill plan-4Jx…', says: 'run exactly that; a cancel stops it after the range at hand' },
  ],
  async run(values, positionals, surroundings) {
    const [plan, ...rest] = positionals;
    if (plan === undefined || rest.length > 0) {
      throw new LockkeeperError('BAD_USAGE', 'backfill takes one plan.', 'See lockkeeper backfill --help.');
    }
    if (!isSafePlan.test(plan)) return runCommand.run(values, positionals, surroundings);
    const line = new ProgressLine();
    return make(plan, values, { ...surroundings, progress: line.report }).finally(() => line.clear());
  },
};

async function make(
  plan: string,
  values: FlagValues,
  context: Surroundings & { progress: ProgressLine['report'] },
): Promise<CommandResult> {
  const variable = textFlag(values, 'database-env');
  if (variable === undefined) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'Which database is meant is not known.',
      'Name the environment variable that holds its address: --database-env DATABASE_URL.',
    );
  }
  const [step, project] = [textFlag(values, 'step'), textFlag(values, 'project')];
  const request = {
    plan,
    databaseVariable: variable,
    ...(step === undefined ? {} : { step }),
    ...(project === undefined ? {} : { project }),
  };
  const paper = paperOf(process.stdout, context.environment);
  if (values.throwaway !== true) {
    const answer = await prepareBackfill(request, context);
    return { text: values.json ? `${safeJson(answer, 2)}\n` : runAnswerText(answer, paper), exitCode: exitCodes.fine };
  }
  const report = await backfillThrowAway({ ...request, throwAway: true }, context);
  const text = values.json ? `${safeJson(report, 2)}\n` : backfillText(report, paper);
  return { text, exitCode: report.outcome === 'done' ? exitCodes.fine : exitCodes.findings };
}
