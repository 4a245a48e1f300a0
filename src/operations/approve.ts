/** What a human does with a plan: see it, approve it, decline it, carry it elsewhere. */
import { readFile } from 'node:fs/promises';
import { type Answer, consent, consentByCode, consentByKey } from '../approve/consent.js';
import { openChallenge } from '../approve/challenge.js';
import { readApprovers } from '../approve/approvers.js';
import { readSecret } from '../approve/enrol.js';
import { importPlan, journalled } from '../approve/plans.js';
import { readJson, writePrivate } from '../approve/private-files.js';
import { approvalFile, recordDecline } from '../approve/record-approval.js';
import { sheetOf } from '../approve/sheet.js';
import { loadPlan, type State } from '../approve/index.js';
import { LockkeeperError } from '../core/errors.js';
import type { PlanSheet } from '../core/plan-sheet.js';
import type { Approval, RunPlan } from '../core/run-plan.js';
import type { OperationContext } from './context.js';
import { openStore } from './run-plan-store.js';

/** A plan that is put before a human. */
export interface OpenQuestion {
  state: State;
  plan: RunPlan;
  sheet: PlanSheet;
  /** Hash of the sheet. */
  shown: string;
  environment: NodeJS.ProcessEnv;
}

/** Ways of answering that somebody has enrolled. */
export interface Enrolled {
  passkey: boolean;
  key: boolean;
  totp: boolean;
  /** Where the keys are pinned, and why that is strong or weak. */
  pinned: { file: string | null; strong: boolean; why: string };
}

/**
 * Opens a plan for its approval.
 *
 * @param named id of a stored plan, or path of an exported one
 * @throws LockkeeperError as `loadPlan` and `openStore`
 */
export async function openQuestion(named: string, context: OperationContext): Promise<OpenQuestion> {
  const { state, environment } = await openStore(null, context);
  const plan = /^plan-[A-Za-z0-9_-]{22}$/.test(named) ? await loadPlan(state, named) : await importPlan(state, await readExported(named));
  return { state, plan, ...sheetOf(plan), environment };
}

/** Puts the question: its answer must come with what this returns, once, within minutes. */
export async function ask(
  question: OpenQuestion,
  by: { method: string; client?: string },
): Promise<{ challenge: string; expiresAt: string }> {
  const { state, plan, shown } = question;
  const { secret, expiresAt } = await openChallenge(state, plan);
  await state.journal.append({ kind: 'asked', ...journalled(plan), level: plan.level, shown, ...by });
  return { challenge: secret, expiresAt };
}

/** How people can answer on this machine. Throws LockkeeperError POLICY_INVALID. */
export async function enrolled(context: OperationContext): Promise<Enrolled> {
  const environment = context.environment ?? process.env;
  const { list, file, strength } = await readApprovers(environment);
  const has = async (kind: 'key' | 'totp'): Promise<boolean> => {
    const held = await readSecret(environment, kind);
    return held !== null && list.some((each) => each.id === held.key);
  };
  return {
    passkey: list.some((each) => each.kind === 'passkey'),
    key: await has('key'),
    totp: await has('totp'),
    pinned: { file, ...strength },
  };
}

/** A yes by form or terminal: level A. Throws LockkeeperError APPROVAL_INVALID. */
export async function approveByConsent(
  question: OpenQuestion,
  answer: Omit<Answer, 'shown'>,
  how: { method: 'elicitation' | 'terminal'; by: string },
): Promise<void> {
  await consent(question.state, question.plan, { ...answer, shown: question.shown }, how);
}

/** A yes with a code of six digits. Throws LockkeeperError APPROVAL_INVALID. */
export async function approveByCode(question: OpenQuestion, answer: Omit<Answer, 'shown'>, code: string): Promise<void> {
  await consentByCode(question.state, question.plan, { ...answer, shown: question.shown }, code, question.environment);
}

/** A yes with a key behind a passphrase. Throws LockkeeperError APPROVAL_INVALID. */
export async function approveByKey(question: OpenQuestion, answer: Omit<Answer, 'shown'>, passphrase: string): Promise<void> {
  await consentByKey(question.state, question.plan, { ...answer, shown: question.shown }, passphrase, question.environment);
}

/** A yes or no on the local page. Throws LockkeeperError APPROVAL_REQUIRED when nobody has enrolled a passkey. */
export async function approveOnPage(question: OpenQuestion): Promise<import('../approve/page/ask.js').AskingPage> {
  const { askOnPage } = await import('../approve/page/ask.js');
  const page = await askOnPage(question.state, question.plan, question, question.environment);
  const { plan, shown } = question;
  await question.state.journal.append({ kind: 'asked', ...journalled(plan), level: plan.level, shown, method: 'page' });
  return page;
}

/** A no. The plan stays, and can be asked about again until its time is over. */
export async function decline(question: OpenQuestion, how: { method: string; says: string; client?: string }): Promise<void> {
  await recordDecline(question.state, question.plan, how);
}

/** Writes a plan into a file that is carried to where it is approved and run. It holds no address. */
export async function exportPlan(planId: string, file: string, context: OperationContext): Promise<RunPlan> {
  const { state } = await openStore(null, context);
  const plan = await loadPlan(state, planId);
  await writeOut(file, plan);
  return plan;
}

/** Writes the approval that was just given into a file, for the runner. Throws LockkeeperError APPROVAL_REQUIRED. */
export async function exportApproval(question: OpenQuestion, file: string): Promise<void> {
  const approval = (await readJson(approvalFile(question.state, question.plan.id))) as Approval | null;
  if (approval === null) throw new LockkeeperError('APPROVAL_REQUIRED', 'There is no approval to write.', 'Approve the plan first.');
  await writeOut(file, approval);
}

/** An exported plan or approval. Throws LockkeeperError PATH_NOT_FOUND, UNREADABLE. */
export async function readExported(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new LockkeeperError(
      'PATH_NOT_FOUND',
      `There is no plan and no file ${file}.`,
      'Give the id of a plan, or the file that it was exported to.',
    );
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new LockkeeperError('UNREADABLE', `${file} is not JSON.`, 'Export it again.');
  }
}

async function writeOut(file: string, value: unknown): Promise<void> {
  await writePrivate(file, `${JSON.stringify(value, null, 2)}\n`).catch(() => {
    throw new LockkeeperError('BAD_USAGE', `${file} cannot be written.`, 'Name a file in a folder that you may write to.');
  });
}
