/** The moment between approval and effect: taken once, by one. */
import { join } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import { type Approval, reaches, type RunPlan } from '../core/run-plan.js';
import { readApprovers } from './approvers.js';
import { wordsOf } from './level-words.js';
import { journalled, loadPlan } from './plans.js';
import { createPrivate, readIfThere, readJson, takeAway } from './private-files.js';
import { approvalFile } from './record-approval.js';
import type { State } from './state.js';
import { judgeApproval, type Verdict } from './verify-approval.js';

export interface ClaimOptions {
  /** `runner`: this process holds the credentials, and the agent does not. */
  where: 'here' | 'runner';
  environment: NodeJS.ProcessEnv;
  /** Level B counts only with keys that this user cannot write. */
  requireStrongKeys?: boolean;
}

/**
 * Claims the approval of a plan. When this resolves, the plan can never be claimed again, and the journal has it on disk.
 * Nothing is used up while there is no valid approval.
 *
 * @throws LockkeeperError APPROVAL_REQUIRED, APPROVAL_INVALID, ALREADY_CONSUMED, PLAN_NOT_FOUND, PLAN_ALTERED, PLAN_STALE, JOURNAL_BROKEN
 */
export async function claimApproval(state: State, planId: string, options: ClaimOptions): Promise<{ plan: RunPlan; approval: Approval }> {
  await state.journal.refuseBroken();
  const plan = await loadPlan(state, planId);
  await refuseClaimed(state, plan);
  if (plan.level === 'none') return claim(state, plan, policyApproval(plan, state.now()));
  const waiting = await readJson(approvalFile(state, planId));
  if (waiting === null) throw approvalRequired(plan);
  await judged(state, plan, waiting as Approval, options);
  // What is judged from here on is out of the reach of a second process that reads the same file.
  const taken = join(state.folder, 'claimed', `${planId}.approval.json`);
  if (!(await takeAway(approvalFile(state, planId), taken))) throw alreadyConsumed(plan);
  const approval = await judged(state, plan, (await readJson(taken)) as Approval, options);
  return claim(state, plan, approval);
}

/** Whether a valid approval waits for the plan. Uses nothing up, and never throws for what it finds. */
export async function approvalWaits(state: State, plan: RunPlan, options: ClaimOptions): Promise<boolean> {
  const waiting = await readJson(approvalFile(state, plan.id));
  if (waiting === null) return false;
  const approvers = await readApprovers(options.environment);
  const verdict = judgeApproval(waiting as Approval, plan, approvers, state.now(), options.where);
  return !('fault' in verdict) && reaches(verdict.level, plan.level);
}

/** The answer to a run that nobody approved yet. */
export function approvalRequired(plan: RunPlan): LockkeeperError {
  const next =
    plan.level === 'C'
      ? `A person exports it (lockkeeper approve export ${plan.id}), approves it where the agent has no reach, and \`lockkeeper runner\` runs it there.`
      : `A person runs this in a terminal of their own: lockkeeper approve ${plan.id}`;
  return new LockkeeperError(
    'APPROVAL_REQUIRED',
    `Nobody has approved this plan; it needs level ${plan.level} (${wordsOf(plan.level).name}).`,
    next,
  );
}

async function claim(state: State, plan: RunPlan, approval: Approval): Promise<{ plan: RunPlan; approval: Approval }> {
  const { level, by, method, humanVerified, shown } = approval;
  const slot = join(state.folder, 'claimed', `${plan.id}.json`);
  if (!(await createPrivate(slot, JSON.stringify({ planHash: plan.hash, at: state.now().toISOString() })))) throw alreadyConsumed(plan);
  await state.journal.append({ kind: 'claimed', ...journalled(plan), level, by, method, humanVerified, shown });
  return { plan, approval };
}

async function judged(state: State, plan: RunPlan, approval: Approval, options: ClaimOptions): Promise<Approval> {
  const approvers = await readApprovers(options.environment);
  const verdict = judgeApproval(approval, plan, approvers, state.now(), options.where);
  const fault = faultOf(verdict, plan, options, approvers.strength);
  if (fault !== null) {
    await state.journal.append({ kind: 'refused', ...journalled(plan), says: `The approval was refused: ${fault}.` });
    throw new LockkeeperError('APPROVAL_INVALID', `The approval does not hold: ${fault}.`, approvalRequired(plan).problem.next);
  }
  const { level, by, humanVerified } = verdict as Exclude<Verdict, { fault: string }>;
  return { ...approval, level, by, humanVerified };
}

function faultOf(verdict: Verdict, plan: RunPlan, options: ClaimOptions, strength: { strong: boolean; why: string }): string | null {
  if ('fault' in verdict) return verdict.fault;
  if (!reaches(verdict.level, plan.level)) {
    const because = verdict.weakness === null ? '' : ` (${verdict.weakness})`;
    return `it reaches level ${verdict.level}${because}, and the plan needs ${plan.level}`;
  }
  if (options.requireStrongKeys === true && reaches(plan.level, 'B') && !strength.strong) {
    return `the policy wants keys out of this user's reach, and ${strength.why}`;
  }
  return null;
}

/**
 * Throws LockkeeperError ALREADY_CONSUMED for a plan that was claimed, by its slot and by the journal: whoever removes the
 * one has still the other against them.
 */
export async function refuseClaimed(state: State, plan: RunPlan): Promise<void> {
  if ((await readIfThere(join(state.folder, 'claimed', `${plan.id}.json`))) !== null) throw alreadyConsumed(plan);
  const lines = await state.journal.lines();
  if (lines.some((line) => line.kind === 'claimed' && line.planHash === plan.hash)) throw alreadyConsumed(plan);
}

function policyApproval(plan: RunPlan, now: Date): Approval {
  return {
    planId: plan.id,
    planHash: plan.hash,
    level: 'none',
    by: 'the policy',
    method: 'policy',
    humanVerified: false,
    at: now.toISOString(),
    expiresAt: plan.expiresAt,
    shown: '',
    proof: { kind: 'consent' },
  };
}

function alreadyConsumed(plan: RunPlan): LockkeeperError {
  return new LockkeeperError(
    'ALREADY_CONSUMED',
    'This plan was run before, or its run was begun. A plan runs once.',
    `See what became of it: lockkeeper audit show --plan ${plan.id}. Look at the status, then make a new plan.`,
  );
}
