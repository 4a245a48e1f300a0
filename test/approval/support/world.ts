/** A machine for one test: a store, a configuration, a project, and an effect that is counted. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadPolicy, openState, planLifetimeMs, requiredLevel, type State, savePlan } from '../../../src/approve/index.js';
import { version } from '../../../src/core/version.js';
import type { PlanWorld, RunPlan, RunPlanBody, TargetClass } from '../../../src/core/run-plan.js';
import type { Executed, Executor } from '../../../src/operations/executor.js';
import type { OperationContext } from '../../../src/operations/context.js';

export interface World {
  folder: string;
  environment: NodeJS.ProcessEnv;
  context: OperationContext;
  state: State;
  /** Moves the clock. */
  later(ms: number): void;
  plan(more?: Partial<RunPlanBody>): Promise<RunPlan>;
}

/** What the recording executor was asked to do, and what it sees of the world. */
export interface Effects {
  runs: string[];
  /** What is different now from what the plan was made of. */
  changed: Partial<PlanWorld>;
  executor: Executor;
}

/** A new machine. With `folder` the same one again, e.g. seen by a process that was started later. */
export async function world(given: { folder?: string; project?: string } = {}): Promise<World> {
  const folder = given.folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'lockkeeper-approval-'))));
  if (given.folder === undefined) onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    LOCKKEEPER_STATE: join(folder, 'state'),
    LOCKKEEPER_CONFIG: join(folder, 'config'),
  };
  const project = given.project ?? join(folder, 'project');
  for (const each of [environment.HOME, environment.LOCKKEEPER_CONFIG, project]) await mkdir(each, { recursive: true, mode: 0o700 });
  let offset = 0;
  const now = (): Date => new Date(Date.now() + offset);
  const state = await openState(environment, { now });
  return {
    folder,
    environment,
    context: { workingFolder: project, environment, now },
    state,
    later: (ms) => {
      offset += ms;
    },
    plan: async (more = {}) => savePlan(state, await body(environment, project, now(), more)),
  };
}

/** Writes a file of the machine's human. */
export async function humanFile(at: World, name: 'policy.json' | 'approvers.json', content: unknown): Promise<void> {
  const file = join(at.environment.LOCKKEEPER_CONFIG ?? '', name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
}

/** An executor that only writes down that it was called. */
export function effects(): Effects {
  const recorded: Effects = {
    runs: [],
    changed: {},
    executor: {
      prepare: async () => {
        throw new Error('not part of these tests');
      },
      world: async (plan, { policy }) => ({ ...worldOf(plan), policyHash: policy.hash, ...recorded.changed }),
      execute: async (plan): Promise<Executed> => {
        recorded.runs.push(plan.id);
        return { outcome: 'applied', says: 'Applied.', next: null, report: null };
      },
    },
  };
  return recorded;
}

/** The world as the plan has it. */
export function worldOf(plan: RunPlan): PlanWorld {
  const { engine, systemIdentifier, database, version: major, role, class: targetClass } = plan.target;
  return {
    lockkeeperVersion: plan.lockkeeperVersion,
    policyHash: plan.policyHash,
    toolVersion: plan.stack.toolVersion,
    target: { engine, systemIdentifier, database, version: major, role, class: targetClass },
    schema: plan.schemaBefore,
    history: plan.historyBefore,
    files: Object.fromEntries(plan.migrations.flatMap((each) => each.files.map((file) => [file.path, file.sha256]))),
  };
}

/** A plan's level and class, for short. */
export function on(targetClass: TargetClass, more: Partial<RunPlanBody> = {}): Partial<RunPlanBody> {
  return { target: { ...target, class: targetClass }, ...more };
}

const target: RunPlanBody['target'] = {
  engine: 'postgres',
  systemIdentifier: '7312345678901234567',
  database: 'shop',
  version: 17,
  role: 'app_owner',
  variable: 'DATABASE_URL',
  class: 'production',
  classBasis: 'nobody said what it is for',
};

async function body(environment: NodeJS.ProcessEnv, project: string, now: Date, more: Partial<RunPlanBody>): Promise<RunPlanBody> {
  const policy = await loadPolicy(environment);
  const targetClass = more.target?.class ?? target.class;
  const { level, typedName } = requiredLevel(policy, targetClass, more.destructive ?? false);
  return {
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + planLifetimeMs(policy, level)).toISOString(),
    lockkeeperVersion: version,
    policyHash: policy.hash,
    project,
    preparedBy: { user: 'agent', uid: process.getuid?.() ?? null },
    stack: { id: 'prisma:.', tool: 'prisma', toolVersion: '6.19.0' },
    direction: 'up',
    target,
    schemaBefore: 'a'.repeat(64),
    historyBefore: 'b'.repeat(64),
    migrations: [
      {
        name: '20260103000000_index',
        files: [{ path: 'prisma/migrations/20260103000000_index/migration.sql', sha256: 'c'.repeat(64) }],
        transactionMode: 'one-string',
        commands: [['npx', 'prisma', 'migrate', 'deploy']],
        statements: [
          {
            sql: 'CREATE INDEX "users_email_idx" ON "users"("email");',
            fingerprint: 'd'.repeat(40),
            kind: 'createIndex',
            analysed: true,
            effects: {
              locks: [{ relation: 'public.users', mode: 'ShareLock', blocks: 'writes', transient: false }],
              rewrites: [],
              scans: ['public.users'],
              indexBuilds: ['public.users_email_idx'],
              runsInTransaction: 'either',
              blocks: 'writes',
              estimate: { lowMs: 800, highMs: 2400, diskBytes: null, basis: '1.2 million rows, measured throughput' },
            },
          },
        ],
        wayBack: { sql: 'DROP INDEX "users_email_idx";', grade: 'executed in the rehearsal' },
      },
    ],
    guards: { lockTimeoutMs: 2000, statementTimeoutMs: 60_000, idleInTransactionTimeoutMs: 10_000, longestBlockMs: 3000, attempts: 5 },
    risk: 'medium',
    destructive: false,
    irreversible: [],
    warnings: ['Writes to public.users wait while the index is built.'],
    notAnalysed: [],
    preflight: [{ name: 'long transactions', state: 'ok', detail: 'none' }],
    rehearsal: { passed: true, grade: 'embedded', what: 'up, down, up', hash: 'e'.repeat(64) },
    drift: { differences: 0, summary: 'none' },
    backup: null,
    level,
    typedName: typedName ? (more.target?.database ?? target.database) : null,
    ...more,
  };
}
