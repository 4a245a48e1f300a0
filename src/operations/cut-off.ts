/** Runs that were begun and have no end in the journal: what they left is read from the target, never guessed. */
import { stat } from 'node:fs/promises';
import type { JournalLine } from '../approve/index.js';
import { loadPastPlan } from '../approve/plans.js';
import { stateFolder } from '../approve/state.js';
import type { PlannedBackfill } from '../core/backfill.js';
import { LockkeeperError } from '../core/errors.js';
import type { Recovery } from '../core/history.js';
import type { RunPlan } from '../core/run-plan.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import type { OperationContext } from './context.js';
import { openStore } from './run-plan-store.js';
import { openStack } from './stack-call.js';

/** Plans whose run was begun and whose end is not told, oldest first. `started` is on the disk before the first statement is sent. */
export function cutOffPlans(lines: readonly JournalLine[]): string[] {
  const open = new Set<string>();
  for (const { kind, planId } of lines) {
    if (planId === undefined) continue;
    if (kind === 'started') open.add(planId);
    if (kind === 'outcome') open.delete(planId);
  }
  return [...open];
}

/** What such a run left, and what is to be done; that it could not be looked at is told, and never thrown. */
export async function whatItLeft(plan: RunPlan, context: OperationContext): Promise<{ says: string; next: string }> {
  if (plan.backfill !== undefined) return ofBackfill(plan.backfill);
  return looked(async () => {
    const { tool, call } = await openStack({ project: plan.project, stack: plan.stack.id }, context);
    return standing(plan, { tool, call, variable: plan.target.variable }, context);
  });
}

/**
 * The newest run on a target, when it was cut off: for the status. Null when it has ended, or was on another database.
 *
 * @param target as the server names itself
 */
export async function cutOffRecovery(
  ground: { tool: MigrationTool; call: ToolCall; variable: string },
  target: { systemIdentifier: string | null; database: string } | null,
  context: OperationContext,
): Promise<Recovery | null> {
  // Who has never run anything has no store, and none is made for a look; one that is not to be trusted tells nothing.
  const there = await stat(stateFolder(context.environment ?? process.env)).catch(() => null);
  if (there === null || target === null) return null;
  const state = await openStore(null, context).then(
    (opened) => opened.state,
    () => null,
  );
  if (state === null) return null;
  const lines = await state.journal.lines().catch(() => []);
  const newest = lines.findLast(
    (line) =>
      line.kind === 'started' && line.target?.database === target.database && line.target.systemIdentifier === target.systemIdentifier,
  )?.planId;
  if (newest === undefined || !cutOffPlans(lines).includes(newest)) return null;
  const plan = await loadPastPlan(state, newest).catch(() => null);
  if (plan === null || plan.stack.id !== ground.call.stack.id) return null;
  const { says, next } = plan.backfill === undefined ? await looked(() => standing(plan, ground, context)) : ofBackfill(plan.backfill);
  return {
    kind: 'run-cut-off',
    migration: plan.migrations[0]?.name ?? null,
    title: `UNKNOWN: the run of ${plan.id} was begun, and the journal has no end of it. ${says}`,
    why: 'lockkeeper, its machine or the connection ended while it ran. What is there was read from the history and the schema just now; nothing is replayed.',
    steps: [
      { says: next, command: null, sql: null },
      { says: 'See which statements were sent.', command: `lockkeeper audit show --plan ${plan.id}`, sql: null },
    ],
  };
}

async function standing(
  plan: RunPlan,
  ground: { tool: MigrationTool; call: ToolCall; variable: string },
  context: OperationContext,
): Promise<{ says: string; next: string }> {
  const { standingOf } = await import('../run/standing.js');
  const { policy } = await openStore(plan.project, context);
  const { says, next } = await standingOf(plan, { ...ground, policy });
  return { says: `Its run was cut off. ${says}`, next };
}

/** Ranges are committed one by one, and each skips the rows that are done: what is there is whole, as far as it came. */
function ofBackfill({ plan, step }: PlannedBackfill): { says: string; next: string } {
  return {
    says: 'Its run was cut off. Ranges that were committed are done; the one at hand was taken back.',
    next: `Make a new run of step ${step} of ${plan} and have it approved: it goes on from its progress record.`,
  };
}

async function looked(look: () => Promise<{ says: string; next: string }>): Promise<{ says: string; next: string }> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
    const { code, message, next } = error.problem;
    // Whoever asks while the run is at work, or before the server has noticed its end, is told so.
    if (code === 'HISTORY_BLOCKED') return { says: `It may not be over: ${message}`, next };
    return { says: `What it left could not be looked at: ${message}`, next };
  }
}
