/** Plans and approvals for tests, and a journal that is kept in memory. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JournalEntry, loadPolicy, type Policy } from '../../../src/approve/index.js';
import { hashOf } from '../../../src/core/hash.js';
import type { Approval, RunGuards, RunPlan } from '../../../src/core/run-plan.js';
import { preparePlan } from '../../../src/operations/prepare-run.js';
import { openStack } from '../../../src/operations/stack-call.js';
import { execute, type RunContext } from '../../../src/run/execute.js';
import type { RunReport } from '../../../src/run/outcome.js';
import type { World } from '../../orms/conformance/world.js';

/** The defaults: no file of this machine's user is read. */
export async function policy(): Promise<Policy> {
  const home = await mkdtemp(join(tmpdir(), 'lockkeeper-home-'));
  return loadPolicy({ HOME: home, XDG_CONFIG_HOME: home });
}

/** Short enough for a test, long enough for a busy machine. */
export const quick: RunGuards = {
  lockTimeoutMs: 700,
  statementTimeoutMs: 60_000,
  idleInTransactionTimeoutMs: 30_000,
  longestBlockMs: 2_000,
  attempts: 2,
};

export interface PlanOptions {
  direction?: 'up' | 'down';
  count?: number;
  guards?: Partial<RunGuards>;
}

export async function plan(world: World, options: PlanOptions = {}): Promise<RunPlan> {
  const { tool, call } = await openStack({ project: world.root }, world.context());
  const body = await preparePlan(
    {
      tool,
      call,
      variable: 'SCRATCH_URL',
      direction: options.direction ?? 'up',
      count: options.count ?? Number.POSITIVE_INFINITY,
      policy: await policy(),
      guards: { ...quick, ...options.guards },
    },
    world.context(),
  );
  return { ...body, id: hashOf(body).slice(0, 24), hash: hashOf(body) };
}

export function approvalOf(approved: RunPlan): Approval {
  return {
    planId: approved.id,
    planHash: approved.hash,
    level: 'B',
    by: 'a test',
    method: 'policy',
    humanVerified: false,
    at: approved.createdAt,
    expiresAt: approved.expiresAt,
    shown: '',
    proof: { kind: 'consent' },
  };
}

export interface RunOptions {
  signal?: AbortSignal;
  at?: RunContext['at'];
  journal?: JournalEntry[];
}

export async function run(world: World, approved: RunPlan, options: RunOptions = {}): Promise<RunReport> {
  const context = world.context(options.signal ? { signal: options.signal } : {});
  const { tool, call } = await openStack({ project: world.root }, context);
  return execute(approved, approvalOf(approved), {
    tool,
    call,
    variable: 'SCRATCH_URL',
    policy: await policy(),
    journal: { append: async (entry) => void options.journal?.push(entry) },
    ...(options.at ? { at: options.at } : {}),
  });
}
