/** Plans as they wait for their approval. The stored plan is what runs; nothing that a client sends back does. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import type { RunPlan, RunPlanBody } from '../core/run-plan.js';
import { createPrivate, readJson } from './private-files.js';
import type { State } from './state.js';

const idShape = /^plan-[A-Za-z0-9_-]{22}$/;

/**
 * Stores a plan under an unguessable id, and journals it.
 *
 * @throws LockkeeperError JOURNAL_BROKEN
 */
export async function savePlan(state: State, body: RunPlanBody): Promise<RunPlan> {
  const plan: RunPlan = { ...body, id: `plan-${randomBytes(16).toString('base64url')}`, hash: hashOf(body) };
  await createPrivate(planFile(state, plan.id), JSON.stringify(plan));
  await state.journal.append({
    kind: 'planned',
    ...journalled(plan),
    level: plan.level,
    says: `${plan.direction} ${plan.stack.id}: ${plan.migrations.map((each) => each.name).join(', ')}`,
  });
  return plan;
}

/**
 * Takes in a plan that was made elsewhere, e.g. by an agent that may not run it. One that is there already stays.
 *
 * @throws LockkeeperError PLAN_ALTERED, PLAN_STALE when its time is over, JOURNAL_BROKEN
 */
export async function importPlan(state: State, value: unknown): Promise<RunPlan> {
  const plan = checkedPlan(value);
  refuseExpired(plan, state.now());
  if (await createPrivate(planFile(state, plan.id), JSON.stringify(plan))) {
    await state.journal.append({
      kind: 'planned',
      ...journalled(plan),
      level: plan.level,
      says: `Taken in; made by ${plan.preparedBy.user}`,
    });
  }
  return loadPlan(state, plan.id);
}

/**
 * A stored plan, as it was made.
 *
 * @throws LockkeeperError PLAN_NOT_FOUND, PLAN_ALTERED when its file was changed, PLAN_STALE when its time is over
 */
export async function loadPlan(state: State, planId: string): Promise<RunPlan> {
  const stored = idShape.test(planId) ? await readJson(planFile(state, planId)) : null;
  if (stored === null) {
    throw new LockkeeperError('PLAN_NOT_FOUND', 'There is no such plan.', 'Make a plan, then use the id that it is answered with.');
  }
  const plan = checkedPlan(stored);
  if (plan.id !== planId) throw altered();
  refuseExpired(plan, state.now());
  return plan;
}

/**
 * A plan from a file, its hash made again.
 *
 * @throws LockkeeperError PLAN_ALTERED
 */
function checkedPlan(value: unknown): RunPlan {
  if (value === null || typeof value !== 'object') throw altered();
  const { id, hash, ...body } = value as RunPlan;
  if (typeof id !== 'string' || !idShape.test(id) || hashOf(body) !== hash) throw altered();
  return value as RunPlan;
}

/** Throws LockkeeperError PLAN_STALE when the plan's time is over. */
function refuseExpired(plan: RunPlan, now: Date): void {
  if (Date.parse(plan.expiresAt) > now.getTime()) return;
  throw new LockkeeperError('PLAN_STALE', `The plan expired at ${plan.expiresAt}.`, 'Make a new plan; what was approved is void.');
}

/** What every line of the journal says of a plan. */
export function journalled(plan: RunPlan): {
  planId: string;
  planHash: string;
  policyHash: string;
  target: { systemIdentifier: string | null; database: string; class: RunPlan['target']['class'] };
} {
  const { systemIdentifier, database, class: targetClass } = plan.target;
  return { planId: plan.id, planHash: plan.hash, policyHash: plan.policyHash, target: { systemIdentifier, database, class: targetClass } };
}

function planFile(state: State, planId: string): string {
  return join(state.folder, 'plans', `${planId}.json`);
}

function altered(): LockkeeperError {
  return new LockkeeperError('PLAN_ALTERED', 'The stored plan is not as it was made.', 'Make a new plan. Find out who changed the file.');
}
