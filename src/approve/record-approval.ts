/** Writes down a human's answer. What it is worth is judged when it is claimed. */
import { join } from 'node:path';
import type { Approval, RunPlan } from '../core/run-plan.js';
import { journalled } from './plans.js';
import { writePrivate } from './private-files.js';
import type { State } from './state.js';

/** Fields of an approval that a human's yes fills in, the proof left out. */
export function approvalOf(
  plan: RunPlan,
  answer: { level: Approval['level']; by: string; method: Approval['method']; humanVerified: boolean; expiresAt: string; shown: string },
  now: Date,
): Omit<Approval, 'proof'> {
  return { planId: plan.id, planHash: plan.hash, at: now.toISOString(), ...answer };
}

/** Stores an approval and journals it. Throws LockkeeperError JOURNAL_BROKEN. */
export async function recordApproval(state: State, plan: RunPlan, approval: Approval): Promise<void> {
  const { level, by, method, humanVerified, shown } = approval;
  await state.journal.append({ kind: 'approved', ...journalled(plan), level, by, method, humanVerified, shown });
  await writePrivate(approvalFile(state, plan.id), JSON.stringify(approval));
}

/** Journals a no, in whatever form it came. A new question can still be answered. */
export async function recordDecline(state: State, plan: RunPlan, how: { method: string; says: string; client?: string }): Promise<void> {
  await state.journal.append({ kind: 'declined', ...journalled(plan), ...how });
}

/** Where the approval of a plan waits. */
export function approvalFile(state: State, planId: string): string {
  return join(state.folder, 'approvals', `${planId}.json`);
}
