/** Asks for an approval on the local page. */
import { z } from 'zod';
import type { PlanSheet } from '../../core/plan-sheet.js';
import { type Approval, reaches, type RunPlan } from '../../core/run-plan.js';
import { LockkeeperError } from '../../core/errors.js';
import { readApprovers } from '../approvers.js';
import { approvalUntil, openChallenge, signedDigest, takeChallenge } from '../challenge.js';
import { assertionFault } from '../proof/webauthn.js';
import { approvalOf, recordApproval, recordDecline } from '../record-approval.js';
import type { State } from '../state.js';
import { answeredPage, approvalPage } from './approval-page.js';
import { type Answered, openPage } from './serve.js';

const text = z.string().max(20_000);
const proofShape = z.object({ credential: text, clientData: text, authenticatorData: text, signature: text });

export type PageOutcome = 'approved' | 'declined' | 'expired' | 'closed';

export interface AskingPage {
  url: string;
  expiresAt: string;
  /** Resolves when it was answered, when its time is over, or when it was closed. The page is closed then. */
  outcome: Promise<PageOutcome>;
  close(): Promise<void>;
}

/** How long an answered page still says that it was answered. */
const lingerMs = 1500;

/**
 * Opens a page that asks for a plan's approval: by a passkey at level B and above, by a click at level A.
 *
 * @param shown the sheet and its hash, see `sheetOf`
 * @throws LockkeeperError APPROVAL_REQUIRED when a passkey is needed and none is enrolled
 */
export async function askOnPage(
  state: State,
  plan: RunPlan,
  { sheet, shown }: { sheet: PlanSheet; shown: string },
  environment: NodeJS.ProcessEnv,
): Promise<AskingPage> {
  const passkeys = reaches(plan.level, 'B') ? (await readApprovers(environment)).list.filter((each) => each.kind === 'passkey') : null;
  if (passkeys?.length === 0) throw nobodyEnrolled();
  const { secret, expiresAt } = await openChallenge(state, plan);
  const until = approvalUntil(plan, state.now());
  const digest = signedDigest({ planId: plan.id, planHash: plan.hash, expiresAt: until, nonce: secret });
  const expired = (): boolean => Date.parse(expiresAt) <= state.now().getTime();
  let answered: 'approved' | 'declined' | null = null;
  let settle: (outcome: PageOutcome) => void = () => undefined;
  const settled = new Promise<PageOutcome>((resolve) => {
    settle = resolve;
  });

  const approve = async (body: Record<string, unknown>, origin: string): Promise<Answered> => {
    if (sheet.typedName !== null && body.typed !== sheet.typedName) return again('That is not the name of the database.');
    const given = { level: 'A', by: 'whoever opened the page', method: 'page', humanVerified: false, expiresAt: until, shown } as const;
    let approval: Approval = { ...approvalOf(plan, given, state.now()), proof: { kind: 'consent' } };
    if (passkeys !== null) {
      const proof = proofShape.safeParse(body.proof);
      const approver = passkeys.find((each) => each.id === proof.data?.credential);
      const fault =
        !proof.success || approver === undefined
          ? 'it is not enrolled'
          : assertionFault(proof.data, approver.publicKey, { challenge: digest, origin });
      if (fault !== null || !proof.success || approver === undefined)
        return again(`The passkey does not count: ${fault}. Nothing was approved.`);
      approval = {
        ...approvalOf(plan, { ...given, level: 'B', by: approver.name, method: 'webauthn' }, state.now()),
        proof: { kind: 'webauthn', nonce: secret, origin, ...proof.data },
      };
    }
    if (answered !== null) return { ok: false, says: 'This question was answered before.', done: true };
    await takeChallenge(state, secret, plan);
    await recordApproval(state, plan, approval);
    answered = 'approved';
    setTimeout(() => settle('approved'), lingerMs).unref();
    return { ok: true, says: 'Approved. You can close this page.', done: true };
  };
  const decline = async (): Promise<Answered> => {
    await takeChallenge(state, secret, plan);
    answered = 'declined';
    await recordDecline(state, plan, { method: 'page', says: 'Declined on the page.' });
    setTimeout(() => settle('declined'), lingerMs).unref();
    return { ok: true, says: 'Declined. Nothing runs.', done: true };
  };

  const page = await openPage({
    html: ({ token, nonce }) =>
      approvalPage(sheet, {
        token,
        nonce,
        challenge: digest.toString('base64url'),
        credentials: passkeys?.map((each) => each.id) ?? null,
        targetClass: plan.target.class,
      }),
    closed: (nonce) => (answered !== null ? answeredPage(nonce, answered) : expired() ? answeredPage(nonce, 'expired') : null),
    actions: { approve: spoken(approve), decline: spoken(decline) },
  });
  const timer = setTimeout(() => settle('expired'), Math.max(0, Date.parse(expiresAt) - state.now().getTime()) + lingerMs);
  const outcome = settled.finally(async () => {
    clearTimeout(timer);
    await page.close();
  });
  return {
    url: page.url,
    expiresAt,
    outcome,
    close: async () => {
      settle('closed');
      await outcome;
    },
  };
}

/** The refusal of a question that nobody could answer. */
export function nobodyEnrolled(): LockkeeperError {
  return new LockkeeperError(
    'APPROVAL_REQUIRED',
    'This plan needs a passkey, and none is enrolled.',
    'A person enrols one in a terminal of their own: lockkeeper approve enroll',
  );
}

function again(says: string): Answered {
  return { ok: false, says, done: false };
}

function spoken(action: (body: Record<string, unknown>, origin: string) => Promise<Answered>): typeof action {
  return async (body, origin) => {
    try {
      return await action(body, origin);
    } catch (error) {
      return { ok: false, says: error instanceof LockkeeperError ? error.problem.message : 'It failed. Nothing was approved.', done: true };
    }
  };
}
