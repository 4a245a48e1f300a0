import { planLifetimeMs, type Policy, requiredLevel, userName } from '../approve/index.js';
import type { RunPlanBody } from '../core/run-plan.js';
import { defaultBackfillLimits } from '../run/backfill/limits.js';
import { backfillPreflight } from '../run/backfill/preflight.js';
import { surveyTarget } from '../run/backfill/world.js';
import { fingerprints } from '../sql/postgres/fingerprint.js';
import { loadParser } from '../sql/postgres/parser.js';
import { batchStatement } from '../sql/postgres/write/backfill-text.js';
import type { ChosenStep } from './backfill.js';
import type { OperationContext } from './context.js';

/**
 * The run of a backfill as it is shown and approved: its statement, its limits, how many rows, and who might be in the way.
 *
 * @throws LockkeeperError CONTRACT_WAITS, BAD_USAGE, and as `connect`
 */
export async function preparedBackfill(
  input: ChosenStep & { variable: string; root: string; policy: Policy },
  context: OperationContext,
): Promise<RunPlanBody> {
  const { plan, step, before, variable, root, policy } = input;
  const environment = context.environment ?? process.env;
  const limits = defaultBackfillLimits;
  const { checks, expected } = await backfillPreflight({ variable, environment, spec: step.spec, limits }, before);
  const { world, classBasis } = await surveyTarget(variable, environment, policy);
  const { level, typedName } = requiredLevel(policy, world.target.class, step.destructive);
  await loadParser();
  const now = context.now?.() ?? new Date();
  const name = `backfill ${step.id} of ${plan.id}`;
  const rows = `${expected.how === 'counted' ? '' : 'about '}${expected.rows} rows`;
  return {
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + planLifetimeMs(policy, level)).toISOString(),
    lockkeeperVersion: world.lockkeeperVersion,
    policyHash: policy.hash,
    project: root,
    preparedBy: { user: userName(), uid: process.getuid?.() ?? null },
    stack: { id: 'backfill', tool: 'lockkeeper', toolVersion: world.toolVersion },
    direction: 'up',
    target: { ...world.target, variable, classBasis },
    schemaBefore: world.schema,
    historyBefore: world.history,
    migrations: [
      {
        name,
        files: [],
        transactionMode: 'none',
        commands: [['lockkeeper', 'backfill', name]],
        statements: fingerprints(batchStatement(step.spec, '')).map(({ sql, fingerprint }) => ({
          sql,
          fingerprint,
          kind: step.spec.action,
          analysed: step.unread === null,
          effects: step.effects,
        })),
        wayBack: {
          sql: step.wayBack.sql.length === 0 ? null : step.wayBack.sql.join(';\n'),
          grade: step.wayBack.note ?? 'written, not proven',
        },
      },
    ],
    backfill: { plan: plan.id, step: step.id, spec: step.spec, check: step.check, limits, expected },
    guards: {
      lockTimeoutMs: limits.lockTimeoutMs,
      statementTimeoutMs: limits.statementTimeoutMs,
      idleInTransactionTimeoutMs: limits.statementTimeoutMs,
      longestBlockMs: limits.longestBlockMs,
      attempts: limits.attempts,
    },
    risk: step.destructive ? 'high' : 'low',
    destructive: step.destructive,
    irreversible: step.destructive ? [step.wayBack.note ?? `${step.title} cannot be taken back`] : [],
    warnings: [
      `${step.title}: ${rows}, in ranges of ${limits.leastRows} to ${limits.mostRows} rows by ${step.spec.key.join(', ') || 'place in the table'}, each a transaction of its own with the condition of its range added. Ranges that are committed stay when it is stopped.`,
    ],
    notAnalysed: step.unread === null ? [] : [step.unread],
    preflight: checks,
    rehearsal: null,
    drift: null,
    backup: null,
    level,
    typedName: typedName ? world.target.database : null,
  };
}
