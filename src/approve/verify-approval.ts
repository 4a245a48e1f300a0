/** How much an approval is worth, by its proof and not by what it says of itself. */
import type { Approval, ApprovalLevel, RunPlan } from '../core/run-plan.js';
import type { Approvers } from './approvers.js';
import { signedDigest } from './challenge.js';
import { assertionFault, isPageOrigin } from './proof/webauthn.js';
import { signatureHolds } from './proof/signature.js';

export type Verdict =
  | {
      level: ApprovalLevel;
      by: string;
      humanVerified: boolean /** Why it is not worth more; null when it could not be. */;
      weakness: string | null;
    }
  | { fault: string };

/** Longest life that an approval may claim for itself. */
const longestMs = { here: 15 * 60_000, runner: 24 * 60 * 60_000 };

/**
 * Judges an approval of a plan.
 *
 * @param where `here`: where the agent is at work too. `runner`: in a process that holds the credentials apart from it
 * @returns the level that it reaches, or what is wrong with it
 */
export function judgeApproval(approval: Approval, plan: RunPlan, approvers: Approvers, now: Date, where: 'here' | 'runner'): Verdict {
  if (approval.planId !== plan.id || approval.planHash !== plan.hash) return { fault: 'it is for another plan' };
  const [at, until] = [Date.parse(approval.at), Date.parse(approval.expiresAt)];
  if (!(until > now.getTime()) || !(until <= Date.parse(plan.expiresAt))) return { fault: 'its time is over' };
  if (!(at <= now.getTime() + 60_000) || until - at > longestMs[where]) return { fault: 'its times are not possible' };
  const verdict = proven(approval, approvers);
  if ('fault' in verdict || where === 'here' || verdict.level !== 'B') return verdict;
  return { ...verdict, level: 'C' };
}

function proven(approval: Approval, approvers: Approvers): Verdict {
  const { proof, ...unproven } = approval;
  switch (proof.kind) {
    case 'consent':
      return { level: 'A', by: approval.by, humanVerified: false, weakness: 'a program running as this user could have answered too' };
    case 'webauthn': {
      const approver = approvers.list.find((each) => each.kind === 'passkey' && each.id === proof.credential);
      if (approver === undefined) return { fault: 'its passkey is not enrolled' };
      if (!isPageOrigin(proof.origin)) return { fault: 'it was made on another page' };
      const { planId, planHash, expiresAt } = approval;
      const challenge = signedDigest({ planId, planHash, expiresAt, nonce: proof.nonce });
      const fault = assertionFault(proof, approver.publicKey, { challenge, origin: proof.origin });
      return fault === null ? byKey(approver.name, approvers) : { fault };
    }
    case 'signature': {
      const approver = approvers.list.find((each) => each.kind !== 'passkey' && each.id === proof.key);
      if (approver === undefined) return { fault: 'its key is not enrolled' };
      if (!signatureHolds(unproven, proof.nonce, proof.signature, approver.publicKey)) return { fault: 'its signature does not verify' };
      // The secret of the codes lies in a file. Only an administrator can say that it is another user's.
      if (approver.kind === 'totp' && !approvers.strength.strong) {
        return {
          level: 'A',
          by: approver.name,
          humanVerified: false,
          weakness: 'the secret of the codes can be read by programs of this user',
        };
      }
      return byKey(approver.name, approvers);
    }
    default:
      return { fault: 'its proof is of no known kind' };
  }
}

function byKey(name: string, approvers: Approvers): Verdict {
  const { strong, why } = approvers.strength;
  return { level: 'B', by: name, humanVerified: strong, weakness: strong ? null : `the keys of approvers are weakly pinned: ${why}` };
}
