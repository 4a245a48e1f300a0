import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { answerOf, checkPlan, prepareRun, type RunAnswer, runApproved } from '../../operations/run-plan.js';
import { runAnswerText } from '../../report/run-answer-text.js';
import { type Command, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { databaseFlag, jsonFlag, numberFlag, outputFlag, projectFlag, stackFlag } from '../shared-flags.js';
import { paperOf, ProgressLine } from '../terminal.js';

/** `lockkeeper run`: makes a plan, and runs one that was approved. */
export const runCommand: Command = {
  name: 'run',
  summary: 'Plan pending migrations for a database, and run a plan that a person approved',
  usage: 'lockkeeper run [PLAN] [flags]',
  flags: {
    down: { type: 'boolean', help: 'Plan to take the newest migration back' },
    count: {
      type: 'string',
      value: 'N',
      help: 'How many migrations to plan; all that are pending, or one that is taken back, when absent',
    },
    ...stackFlag,
    ...databaseFlag,
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: 'lockkeeper run --database-env DATABASE_URL', says: 'make a plan; nothing is changed' },
    { line: 'lockkeeper approve plan-4Jx…', says: 'as a person: see it and approve it' },
    { line: 'lockkeeper run plan-4Jx…', says: 'run exactly that, once' },
  ],
  async run(values, positionals, surroundings) {
    const [planId, ...rest] = positionals;
    if (rest.length > 0) throw new LockkeeperError('BAD_USAGE', 'run takes one plan.', 'See lockkeeper run --help.');
    const line = new ProgressLine();
    const context = { ...surroundings, progress: line.report };
    const answer = await (planId === undefined ? prepareRun(inputOf(values), context) : runPlan(planId, context)).finally(() =>
      line.clear(),
    );
    const text = values.json ? `${safeJson(answer, 2)}\n` : runAnswerText(answer, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: exitCodeOf(answer, planId !== undefined) };
  },
};

async function runPlan(planId: string, context: Surroundings & { progress: ProgressLine['report'] }): Promise<RunAnswer> {
  const { question, approved } = await checkPlan(planId, context);
  return approved ? runApproved(planId, context) : answerOf(question.plan);
}

function inputOf(values: FlagValues): Parameters<typeof prepareRun>[0] {
  const count = numberFlag(values, 'count');
  const [project, stack, variable] = [textFlag(values, 'project'), textFlag(values, 'stack'), textFlag(values, 'database-env')];
  return {
    direction: values.down ? 'down' : 'up',
    ...(count === undefined ? {} : { count }),
    ...(project === undefined ? {} : { project }),
    ...(stack === undefined ? {} : { stack }),
    ...(variable === undefined ? {} : { databaseVariable: variable }),
  };
}

/** Making a plan is fine; a plan that was to be run and was not approved is refused. */
function exitCodeOf(answer: RunAnswer, running: boolean): number {
  if (answer.status === 'applied' || answer.status === 'ready') return exitCodes.fine;
  if (answer.status === 'approval_required') return running ? exitCodes.refused : exitCodes.fine;
  return exitCodes.findings;
}
