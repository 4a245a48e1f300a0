import { LockkeeperError } from '../../core/errors.js';
import { reaches } from '../../core/run-plan.js';
import { safeJson } from '../../core/sanitise.js';
import * as operation from '../../operations/approve.js';
import { planSheetText } from '../../report/plan-sheet-text.js';
import { type Command, type CommandResult, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { askOnTerminal } from '../prompt.js';
import { jsonFlag, outputFlag } from '../shared-flags.js';
import { paperOf } from '../terminal.js';
import { approversText, enrolIn } from './approve-enrol.js';
import { targetEntry } from './approve-target.js';

const words = ['enroll', 'approvers', 'show', 'export', 'decline', 'target'] as const;

/** `lockkeeper approve`: a person sees a plan and says yes or no. */
export const approveCommand: Command = {
  name: 'approve',
  summary: 'See a plan and approve it, as a person, in a terminal of your own',
  usage: 'lockkeeper approve PLAN | FILE | enroll | approvers | show PLAN | export PLAN | decline PLAN | target [flags]',
  flags: {
    page: { type: 'boolean', help: 'Ask on a local page instead of the terminal; level B uses it when a passkey is enrolled' },
    code: { type: 'boolean', help: 'Level B by a code of six digits, which is asked for' },
    key: { type: 'boolean', help: 'Level B by a key behind a passphrase, which is asked for. With enroll: make one' },
    totp: { type: 'boolean', help: 'With enroll: codes of six digits' },
    name: { type: 'string', value: 'NAME', help: 'With enroll: your name, as answers show it' },
    class: { type: 'string', value: 'CLASS', help: 'With target: development, staging, production or throwaway' },
    'database-env': { type: 'string', value: 'NAME', help: 'With target: NAME of the environment variable with the address' },
    ...jsonFlag,
    ...outputFlag,
  },
  examples: [
    { line: 'lockkeeper approve enroll --name Ada', says: 'make a passkey that approves what runs' },
    { line: 'lockkeeper approve plan-4Jx…', says: 'see the plan, then approve it at the level that it needs' },
    { line: 'lockkeeper approve export plan-4Jx… -o plan.json', says: 'level C: carry it to where the agent has no reach' },
    { line: 'lockkeeper approve plan.json -o approval.json', says: 'there: approve it, for `lockkeeper runner`' },
    {
      line: 'lockkeeper approve target --database-env DATABASE_URL --class staging',
      says: 'print the entry of the policy file for a database',
    },
  ],
  async run(values, positionals, surroundings) {
    const [first, second, ...rest] = positionals;
    if (first === undefined || rest.length > 0) throw usage();
    const word = words.find((each) => each === first);
    if (word === 'enroll') return enrolIn(values, surroundings);
    if (word === 'approvers') return approversText(values, surroundings);
    if (word === 'target') return targetEntry(values, surroundings);
    if (word === undefined) return second === undefined ? approveIn(first, values, surroundings) : Promise.reject(usage());
    if (second === undefined) throw usage();
    if (word === 'export') return exportIn(second, values, surroundings);
    const question = await operation.openQuestion(second, surroundings);
    if (word === 'decline') {
      await operation.decline(question, { method: 'terminal', says: 'Declined by command.' });
      return said('Declined. Nothing runs.\n', exitCodes.fine);
    }
    return said(values.json ? `${safeJson(question.sheet, 2)}\n` : sheetText(question, surroundings), exitCodes.fine);
  },
};

async function approveIn(named: string, values: FlagValues, surroundings: Surroundings): Promise<CommandResult> {
  const question = await operation.openQuestion(named, surroundings);
  const { level } = question.plan;
  if (level === 'none') return said('This plan needs no approval: its database is a throw-away.\n', exitCodes.fine);
  const enrolled = await operation.enrolled(surroundings);
  const way = wayOf(values, reaches(level, 'B'), enrolled);
  if (way === 'page') await onPage(question, surroundings.signal);
  else await onTerminal(question, way, surroundings);
  // `--output` is the file of the approval here, not of the text.
  const file = textFlag(values, 'output');
  if (file !== undefined) await operation.exportApproval(question, file);
  delete values.output;
  const weak = reaches(level, 'B') && !enrolled.pinned.strong ? `The approvers’ keys are weakly pinned: ${enrolled.pinned.why}.\n` : '';
  return said(`Approved at level ${way === 'terminal' ? 'A' : 'B'}. ${question.sheet.levelSays}\n${weak}`, exitCodes.fine);
}

function wayOf(values: FlagValues, presence: boolean, enrolled: operation.Enrolled): 'page' | 'terminal' | 'code' | 'key' {
  if (values.page) return 'page';
  if (!presence) return 'terminal';
  if (values.code) return 'code';
  if (values.key) return 'key';
  if (enrolled.passkey) return 'page';
  if (enrolled.key) return 'key';
  if (enrolled.totp) return 'code';
  throw new LockkeeperError(
    'APPROVAL_REQUIRED',
    'This plan needs more than a yes: something that only you have, and nobody is enrolled.',
    'In a terminal of your own: lockkeeper approve enroll',
  );
}

async function onPage(question: operation.OpenQuestion, signal: AbortSignal): Promise<void> {
  const page = await operation.approveOnPage(question);
  signal.addEventListener('abort', () => void page.close(), { once: true });
  process.stderr.write(`Open this page in your browser, until ${page.expiresAt}:\n  ${page.url}\n`);
  const outcome = await page.outcome;
  if (outcome !== 'approved') throw notApproved(outcome);
}

async function onTerminal(question: operation.OpenQuestion, way: 'terminal' | 'code' | 'key', surroundings: Surroundings): Promise<void> {
  const { signal } = surroundings;
  const { challenge } = await operation.ask(question, { method: 'terminal' });
  process.stderr.write(`${planSheetText(question.sheet, paperOf(process.stderr, surroundings.environment))}\n`);
  const { typedName } = question.plan;
  const wanted = typedName ?? 'yes';
  const typed = await askOnTerminal(
    `Type ${typedName === null ? 'yes' : `the name of the database, ${wanted},`} to approve; anything else declines: `,
    signal,
  );
  if (typed.trim() !== wanted) {
    await operation.decline(question, { method: 'terminal', says: 'Declined at the terminal.' });
    throw notApproved('declined');
  }
  const answer = { challenge, typed: typedName };
  if (way === 'terminal')
    await operation.approveByConsent(question, answer, { method: 'terminal', by: 'whoever answered at the terminal' });
  else if (way === 'code') await operation.approveByCode(question, answer, await askOnTerminal('Code: ', signal, true));
  else await operation.approveByKey(question, answer, await askOnTerminal('Passphrase: ', signal, true));
}

async function exportIn(planId: string, values: FlagValues, surroundings: Surroundings): Promise<CommandResult> {
  const file = textFlag(values, 'output');
  if (file === undefined) throw new LockkeeperError('BAD_USAGE', 'Where to is not said.', 'Give a file: --output plan.json');
  const plan = await operation.exportPlan(planId, file, surroundings);
  delete values.output;
  return said(
    `${file} holds plan ${plan.hash.slice(0, 12)}, until ${plan.expiresAt}. It holds no address and no password.\n` +
      `Where the agent has no reach: lockkeeper approve ${file} -o approval.json, then: lockkeeper runner ${file} approval.json\n`,
    exitCodes.fine,
  );
}

function sheetText(question: operation.OpenQuestion, surroundings: Surroundings): string {
  return planSheetText(question.sheet, paperOf(process.stdout, surroundings.environment));
}

function notApproved(outcome: string): LockkeeperError {
  return new LockkeeperError(
    'DECLINED',
    `Not approved: ${outcome}. Nothing runs.`,
    'The plan stays until its time is over; it can be asked about again.',
  );
}

function usage(): LockkeeperError {
  return new LockkeeperError('BAD_USAGE', 'What to approve is not clear.', 'Give one id of a plan. See lockkeeper approve --help.');
}

function said(text: string, exitCode: number): CommandResult {
  return { text, exitCode };
}
