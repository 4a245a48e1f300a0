/** From pending migrations to a plan, and from an approved plan to its run. */
import { approvalRequired, approvalWaits, refuseClaimed } from '../approve/claim.js';
import { claimApproval, loadPlan, type Policy, refusals, refuseStale, savePlan, type State } from '../approve/index.js';
import { wordsOf } from '../approve/level-words.js';
import { importPlan, loadPastPlan } from '../approve/plans.js';
import { isUnlisted } from '../approve/policy/classify.js';
import { writePrivate } from '../approve/private-files.js';
import { approvalFile } from '../approve/record-approval.js';
import { LockkeeperError } from '../core/errors.js';
import type { Approval, ApprovalLevel, RunPlan, RunPlanBody, TargetClass } from '../core/run-plan.js';
import { excerpt } from '../core/sanitise.js';
import { sheetOf } from '../approve/sheet.js';
import { type OpenQuestion, readExported } from './approve.js';
import { type OperationContext, openProject } from './context.js';
import { cutOffPlans, whatItLeft } from './cut-off.js';
import type { Executed, RunSurroundings } from './executor.js';
import { loadExecutor } from './load-executor.js';
import { openStore } from './run-plan-store.js';
import { openStack, variableOf } from './stack-call.js';

/** What is answered of a plan and its run; the same for tools and command line. */
export interface RunAnswer {
  status: 'approval_required' | 'ready' | Executed['outcome'];
  planId: string;
  /** First twelve characters. */
  planHash: string;
  expiresAt: string;
  target: { database: string; class: TargetClass; classBasis: string };
  migrations: string[];
  destructive: boolean;
  /** Level that the plan needs, and in words what it stops and what it does not. */
  level: { needed: ApprovalLevel; name: string; stops: string; doesNotStop: string };
  /** The approval that it was run on; null before. */
  approval: { level: ApprovalLevel; by: string; method: string; humanVerified: boolean; says: string } | null;
  says: string;
  next: string | null;
  report: Executed['report'];
}

export interface PrepareRunInput {
  project?: string;
  stack?: string;
  databaseVariable?: string;
  direction?: 'up' | 'down';
  /** How many migrations; all pending ones, or the newest applied one, when absent. */
  count?: number;
  /** Copy what a destructive plan loses, and prove the copy; a small database is copied without being asked. */
  backup?: boolean;
}

/**
 * Makes a plan of pending migrations and stores it. Changes nothing on the target.
 *
 * @throws LockkeeperError TARGET_NOT_ALLOWED and what the look at the target throws
 */
export async function prepareRun(input: PrepareRunInput, context: OperationContext): Promise<RunAnswer> {
  const root = await openProject(input.project, context);
  const { state, policy } = await openStore(root, context);
  const opened = await openStack(input, context);
  const variable = variableOf(input.databaseVariable, opened.call);
  const direction = input.direction ?? 'up';
  const count = input.count ?? (direction === 'up' ? Number.POSITIVE_INFINITY : 1);
  const executor = await loadExecutor();
  const makeBackup = input.backup === undefined ? {} : { makeBackup: input.backup };
  const body = await executor.prepare({ tool: opened.tool, call: opened.call, variable, direction, count, policy, ...makeBackup }, context);
  return storePlan(state, body, policy);
}

/** Stores the plan of a run, unless it is never run. @throws LockkeeperError TARGET_NOT_ALLOWED, JOURNAL_BROKEN */
export async function storePlan(state: State, body: RunPlanBody, policy: Policy): Promise<RunAnswer> {
  refuseByPolicy(body, policy);
  return answerOf(await savePlan(state, body));
}

/**
 * Looks whether a plan may be put before a human or run now: it must stand on what it was made of.
 *
 * @returns the question, and whether a valid approval waits already
 * @throws LockkeeperError ALREADY_CONSUMED, PLAN_NOT_FOUND, PLAN_ALTERED, PLAN_STALE with what changed, TARGET_NOT_ALLOWED, JOURNAL_BROKEN
 */
export async function checkPlan(planId: string, context: OperationContext): Promise<{ question: OpenQuestion; approved: boolean }> {
  const { state, environment, policy, plan } = await openPlan(planId, context);
  await state.journal.refuseBroken();
  await refuseClaimed(state, plan);
  refuseByPolicy(plan, policy);
  const executor = await loadExecutor();
  refuseStale(plan, await executor.world(plan, { ...context, policy }));
  const approved = plan.level === 'none' || (await approvalWaits(state, plan, { where: 'here', environment }));
  return { question: { state, plan, ...sheetOf(plan), environment }, approved };
}

/**
 * Claims the approval of a plan and runs it.
 *
 * @throws LockkeeperError as `checkPlan` and `claimApproval`
 */
export async function runApproved(planId: string, context: OperationContext): Promise<RunAnswer> {
  await checkPlan(planId, context);
  const { state, environment, policy } = await openPlan(planId, context);
  const { plan, approval } = await claimApproval(state, planId, {
    where: 'here',
    environment,
    requireStrongKeys: policy.requireStrongKeys,
  });
  return carryOut(state, plan, approval, { ...context, policy });
}

/**
 * Runs a plan that was made and approved elsewhere, where the credentials are. Its own policy tells what the target is;
 * the rest is as everywhere.
 *
 * @param input files of the plan and of its approval
 * @throws LockkeeperError TARGET_NOT_ALLOWED when this process is run by the user that made the plan, and as `claimApproval`
 */
export async function runHandedOver(
  input: { planFile: string; approvalFile: string; project?: string },
  context: OperationContext,
): Promise<RunAnswer> {
  const root = await openProject(input.project, context);
  const { state, environment, policy } = await openStore(root, context);
  const given = await importPlan(state, await readExported(input.planFile));
  if (!policy.runner) refuseSameUser(given);
  // The project may lie elsewhere here; its files are compared one by one. The policy is this user's own.
  const here: RunPlan = { ...given, project: root };
  const surroundings = { ...context, policy: { ...policy, hash: given.policyHash } };
  refuseByPolicy(given, policy);
  const executor = await loadExecutor();
  refuseStale(here, await executor.world(here, surroundings));
  await writePrivate(approvalFile(state, given.id), JSON.stringify(await readExported(input.approvalFile)));
  const claimed = await claimApproval(state, given.id, { where: 'runner', environment, requireStrongKeys: policy.requireStrongKeys });
  return carryOut(state, { ...claimed.plan, project: root }, claimed.approval, surroundings);
}

/**
 * What became of a plan whose run was begun and has no end in the journal: killed, or cut off. Looks at the target; nothing is run.
 *
 * @returns null when the plan was not begun, or its end is known
 * @throws LockkeeperError PLAN_NOT_FOUND, PLAN_ALTERED, STORE_UNSAFE
 */
export async function cutOffAnswer(planId: string, context: OperationContext): Promise<RunAnswer | null> {
  const { state } = await openStore(null, context);
  if (!cutOffPlans(await state.journal.lines()).includes(planId)) return null;
  const plan = await loadPastPlan(state, planId);
  const { says, next } = await whatItLeft(plan, context);
  return { ...answerOf(plan), status: 'unknown', says: excerpt(says, 600), next };
}

/** A plan as it is answered before its run. */
export function answerOf(plan: RunPlan): RunAnswer {
  const { name, stops, doesNotStop } = wordsOf(plan.level);
  const waiting = plan.level === 'none' ? null : approvalRequired(plan).problem;
  return {
    status: waiting === null ? 'ready' : 'approval_required',
    planId: plan.id,
    planHash: plan.hash.slice(0, 12),
    expiresAt: plan.expiresAt,
    target: { database: excerpt(plan.target.database, 64), class: plan.target.class, classBasis: excerpt(plan.target.classBasis, 300) },
    migrations: plan.migrations.map((each) => excerpt(each.name, 120)),
    destructive: plan.destructive,
    level: { needed: plan.level, name, stops, doesNotStop },
    approval: null,
    says: waiting?.message ?? 'The plan needs no approval: the database is a throw-away.',
    next: waiting?.next ?? 'Call run_migration with this planId, or: lockkeeper run PLAN',
    report: null,
  };
}

async function carryOut(state: State, plan: RunPlan, approval: Approval, surroundings: RunSurroundings): Promise<RunAnswer> {
  const executor = await loadExecutor();
  const { outcome, says, next, report } = await executor.execute(plan, approval, state.journal, surroundings);
  const { level, by, method, humanVerified } = approval;
  return {
    ...answerOf(plan),
    status: outcome,
    approval: { level, by: excerpt(by, 100), method, humanVerified, says: wordsOf(level).says },
    says: excerpt(says, 600),
    next,
    report,
  };
}

async function openPlan(
  planId: string,
  context: OperationContext,
): Promise<{ state: State; environment: NodeJS.ProcessEnv; policy: Policy; plan: RunPlan }> {
  const { state } = await openStore(null, context);
  const plan = await loadPlan(state, planId);
  return { ...(await openStore(plan.project, context)), plan };
}

function refuseByPolicy(body: RunPlanBody, policy: Policy): void {
  const reasons = refusals(body);
  if (reasons.length > 0) {
    throw new LockkeeperError(
      'TARGET_NOT_ALLOWED',
      `This is never run through lockkeeper on ${body.target.class}: ${reasons.slice(0, 3).join('; ')}.`,
      'Take it out of the migration. A person who means it does it by hand, with a backup.',
    );
  }
  if (policy.onlyListed && body.target.class !== 'throwaway' && isUnlisted(body.target, policy)) {
    throw new LockkeeperError(
      'TARGET_NOT_ALLOWED',
      'The policy lists the databases that may be changed, and this is none of them.',
      'A person adds it to the policy file: lockkeeper approve target prints the entry.',
    );
  }
}

/** The separation is only there when the one who made the plan cannot be the one who runs it. */
function refuseSameUser(plan: RunPlan): void {
  const uid = process.getuid?.() ?? null;
  if (uid === null || plan.preparedBy.uid !== uid) return;
  throw new LockkeeperError(
    'TARGET_NOT_ALLOWED',
    'The plan was made by the same user that would run it here: the agent may hold the same credentials.',
    'Start the runner as another user. Where users have the same number, as in CI, a person writes "runner": true into the policy file of the runner.',
  );
}
