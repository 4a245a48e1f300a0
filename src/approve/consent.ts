/** Answers that come by a form, a terminal, a code or a passphrase. The page has a file of its own. */
import { randomBytes } from 'node:crypto';
import { LockkeeperError } from '../core/errors.js';
import type { Approval, RunPlan } from '../core/run-plan.js';
import { approvalUntil, takeChallenge } from './challenge.js';
import { type ApproverSecret, readSecret, takeCode } from './enrol.js';
import { signApproval } from './proof/signature.js';
import { approvalOf, recordApproval } from './record-approval.js';
import type { State } from './state.js';

/** What the human answered, and what they had seen. */
export interface Answer {
  /** Hash of the sheet. */
  shown: string;
  /** The name that was typed; null where none was asked for. */
  typed: string | null;
  /** Secret of the challenge that the question was put with. */
  challenge: string;
}

/**
 * Level A: a yes in a form or a terminal.
 *
 * @throws LockkeeperError APPROVAL_INVALID when the name is not the one, or the question is over
 */
export async function consent(
  state: State,
  plan: RunPlan,
  answer: Answer,
  how: { method: 'elicitation' | 'terminal'; by: string },
): Promise<void> {
  refuseWrongName(plan, answer.typed);
  await takeChallenge(state, answer.challenge, plan);
  await recordApproval(state, plan, { ...given(state, plan, answer, { ...how, level: 'A' }), proof: { kind: 'consent' } });
}

/**
 * Level B: a code of six digits. Worth that only where its secret is another user's, see `judgeApproval`.
 *
 * @throws LockkeeperError APPROVAL_INVALID
 */
export async function consentByCode(
  state: State,
  plan: RunPlan,
  answer: Answer,
  code: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  refuseWrongName(plan, answer.typed);
  const held = await secretOrRefuse(environment, 'totp');
  await takeCode(state, environment, held, code);
  await signed(state, plan, answer, held, 'totp', null);
}

/**
 * Level B: a key behind a passphrase.
 *
 * @throws LockkeeperError APPROVAL_INVALID
 */
export async function consentByKey(
  state: State,
  plan: RunPlan,
  answer: Answer,
  passphrase: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  refuseWrongName(plan, answer.typed);
  await signed(state, plan, answer, await secretOrRefuse(environment, 'key'), 'key', passphrase);
}

async function signed(
  state: State,
  plan: RunPlan,
  answer: Answer,
  held: ApproverSecret,
  method: 'totp' | 'key',
  passphrase: string | null,
): Promise<void> {
  const approval = given(state, plan, answer, { method, by: held.name, level: 'B' });
  const nonce = randomBytes(32).toString('base64url');
  const signature = signApproval(approval, nonce, held.privateKey, passphrase);
  await takeChallenge(state, answer.challenge, plan);
  await recordApproval(state, plan, { ...approval, proof: { kind: 'signature', key: held.key, nonce, signature } });
}

function given(
  state: State,
  plan: RunPlan,
  { shown }: Answer,
  how: { method: Approval['method']; by: string; level: Approval['level'] },
): Omit<Approval, 'proof'> {
  return approvalOf(plan, { ...how, humanVerified: false, expiresAt: approvalUntil(plan, state.now()), shown }, state.now());
}

function refuseWrongName(plan: RunPlan, typed: string | null): void {
  if (plan.typedName === null || typed === plan.typedName) return;
  throw new LockkeeperError(
    'APPROVAL_INVALID',
    'What was typed is not the name of the database. Nothing was approved.',
    'Type the name exactly as it is shown.',
  );
}

async function secretOrRefuse(environment: NodeJS.ProcessEnv, kind: 'key' | 'totp'): Promise<ApproverSecret> {
  const held = await readSecret(environment, kind);
  if (held !== null) return held;
  throw new LockkeeperError(
    'APPROVAL_INVALID',
    'You have not enrolled this way.',
    `In a terminal of your own: lockkeeper approve enroll --${kind}`,
  );
}
