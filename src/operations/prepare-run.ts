/** Makes the plan of a run: what will be sent, on what it stands, and what is to be known of it. Writes nothing. */
import { LockkeeperError } from '../core/errors.js';
import type { AssessedStatement } from '../core/assessment.js';
import type { PlannedMigration, PlannedStatement, RunGuards, RunPlanBody } from '../core/run-plan.js';
import type { Migration } from '../core/stack.js';
import { planLifetimeMs, type Policy, requiredLevel, userName } from '../approve/index.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import { chosenMigrations } from '../run/choose.js';
import { defaultGuards } from '../run/guards.js';
import { preflight } from '../run/preflight.js';
import { filesOf, survey } from '../run/world.js';
import { fingerprints } from '../sql/postgres/fingerprint.js';
import { loadParser } from '../sql/postgres/parser.js';
import type { OperationContext } from './context.js';
import { toolRenderer } from './gather/render-stack.js';
import { selectMigrations } from './gather/units.js';
import { judgeSelections } from './judge-selections.js';
import { readTarget } from './target.js';
import { riskOf } from './verdict.js';

export interface PrepareInput {
  tool: MigrationTool;
  call: ToolCall;
  /** Name of the environment variable with the target's address. */
  variable: string;
  direction: 'up' | 'down';
  /** How many; infinite: all that are pending. */
  count: number;
  policy: Policy;
  guards?: Partial<RunGuards>;
  /** Environment variable with the address of a server for throw-away databases, for rendering; the embedded one when absent. */
  throwAwayVariable?: string;
  rehearsal?: RunPlanBody['rehearsal'];
  drift?: RunPlanBody['drift'];
  backup?: RunPlanBody['backup'];
}

/**
 * Plans the next migrations of a stack on a target. Migrations that are programs are rendered, which runs code of the project.
 *
 * @throws LockkeeperError NOTHING_TO_DO, HISTORY_BLOCKED, NOT_RENDERED, NOT_OFFERED, and as `connect`
 */
export async function preparePlan(input: PrepareInput, context: OperationContext): Promise<RunPlanBody> {
  const { call, policy, tool, variable, direction } = input;
  const ground = { tool, call, variable, policy };
  const first = await survey(ground, []);
  const chosen = chosenMigrations(call.migrations, first.look.history, direction, input.count);
  const migrations = await rendered(input, chosen, context);
  const files = new Map(migrations.map((each) => [each.name, filesOf(call, each)]));
  const { world, evidence, classBasis, look } = await survey(ground, [...files.values()].flat());
  const judged = await judge(input, migrations, context);
  await loadParser();
  const planned = migrations.map(
    (migration): PlannedMigration => ({
      name: migration.name,
      files: (files.get(migration.name) ?? []).map((path) => ({ path, sha256: world.files[path] ?? '' })),
      transactionMode: direction === 'down' ? (migration.downTransactionMode ?? migration.transactionMode) : migration.transactionMode,
      commands: [[...(call.stack.command ?? [call.stack.tool]), direction === 'up' ? 'apply' : 'take back', migration.name]],
      statements: plannedStatements(migration, direction, judged.statements),
      wayBack: wayBackOf(migration, direction),
    }),
  );
  const irreversible = [
    ...judged.findings.filter((finding) => finding.destructive).map((finding) => finding.title),
    ...(direction === 'down' ? [] : planned.filter(({ wayBack }) => wayBack.sql === null).map(({ name }) => `${name} has no way back`)),
  ];
  const destructive = judged.findings.some((finding) => finding.destructive);
  const { level, typedName } = requiredLevel(policy, world.target.class, destructive);
  const now = context.now?.() ?? new Date();
  return {
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + planLifetimeMs(policy, level)).toISOString(),
    lockkeeperVersion: world.lockkeeperVersion,
    policyHash: policy.hash,
    project: call.repository.root,
    preparedBy: { user: userName(), uid: process.getuid?.() ?? null },
    stack: { id: call.stack.id, tool: call.stack.tool, toolVersion: call.stack.toolVersion },
    direction,
    target: { ...world.target, variable, classBasis },
    schemaBefore: world.schema,
    historyBefore: world.history,
    migrations: planned,
    guards: { ...defaultGuards, ...input.guards },
    risk: riskOf(judged.findings, judged.unanalysed),
    destructive,
    irreversible: [...new Set(irreversible)],
    warnings: [...new Set(judged.findings.filter((finding) => finding.severity !== 'low').map(({ title, why }) => `${title}: ${why}`))],
    notAnalysed: judged.unanalysed.map(({ reason }) => reason),
    preflight: await preflight({
      ground,
      planned,
      look,
      evidence,
      destructive,
      backup: input.backup ?? null,
      rehearsal: input.rehearsal ?? null,
      drift: input.drift ?? null,
    }),
    rehearsal: input.rehearsal ?? null,
    drift: input.drift ?? null,
    backup: input.backup ?? null,
    level,
    typedName: typedName ? world.target.database : null,
  };
}

async function rendered(input: PrepareInput, chosen: readonly Migration[], context: OperationContext): Promise<Migration[]> {
  const { call } = input;
  const names = chosen.filter((each) => each.unrendered !== null).map((each) => each.name);
  if (names.length === 0) return [...chosen];
  const render = toolRenderer(input.throwAwayVariable, context);
  const last = Math.max(...chosen.map((each) => each.position));
  const needed = call.migrations.filter((each) => each.unrendered !== null && each.position <= last).map((each) => each.name);
  const { migrations, problems } = await render(call.repository, call.stack, call.migrations, needed);
  return chosen.map(({ name }) => {
    const found = migrations.find((each) => each.name === name);
    if (found !== undefined && found.unrendered === null) return found;
    const why = found?.notes.at(-1)?.message ?? problems.at(-1)?.message ?? 'it is a program';
    throw new LockkeeperError(
      'NOT_RENDERED',
      `${name} cannot be planned: ${why}.`,
      'What would be sent must be known before it can be approved. Mend it, then plan again.',
    );
  });
}

async function judge(input: PrepareInput, migrations: readonly Migration[], context: OperationContext) {
  const { call, direction, variable } = input;
  const target = await readTarget(variable, context);
  // Down scripts run in their own right here: they are judged as what is sent.
  const asSent = migrations.map((each) =>
    direction === 'up' ? each : { ...each, up: each.down, down: null, transactionMode: each.downTransactionMode ?? each.transactionMode },
  );
  const names = new Set(asSent.map((each) => each.name));
  const { selection } = selectMigrations(call.stack, asSent, names, { withHistory: false, includeDown: false });
  const version = Math.min(target.facts?.version ?? 18, 18);
  return judgeSelections([selection], { version, facts: target.facts, catalog: target.catalog }, {}, context);
}

function plannedStatements(migration: Migration, direction: 'up' | 'down', judged: readonly AssessedStatement[]): PlannedStatement[] {
  const script = direction === 'up' ? migration.up : migration.down;
  if (script === null) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${migration.name} has no way back.`,
      'Write one, or a new migration that takes the change back.',
    );
  }
  const own = judged.filter((each) => each.migration === migration.name);
  return fingerprints(script.sql).map(({ sql, fingerprint }, position) => {
    const found = own[position];
    return {
      sql,
      fingerprint,
      kind: found?.kind ?? 'unknown',
      analysed: found?.analysed ?? false,
      effects: found?.effects ?? {
        locks: [],
        rewrites: [],
        scans: [],
        indexBuilds: [],
        runsInTransaction: 'either',
        blocks: 'nothing',
        estimate: null,
      },
    };
  });
}

function wayBackOf(migration: Migration, direction: 'up' | 'down'): PlannedMigration['wayBack'] {
  const script = direction === 'up' ? migration.down : migration.up;
  return script === null || script.sql.trim() === '' ? { sql: null, grade: 'none' } : { sql: script.sql, grade: 'written, not proven' };
}
