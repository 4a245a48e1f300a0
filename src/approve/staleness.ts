import { LockkeeperError } from '../core/errors.js';
import type { PlanWorld, RunPlan } from '../core/run-plan.js';
import { excerpt } from '../core/sanitise.js';

/**
 * What changed between the making of a plan and now.
 *
 * @returns one sentence a change; empty when the plan still stands on what it was made of
 */
export function staleness(plan: RunPlan, world: PlanWorld): string[] {
  const changes: string[] = [];
  const changed = (what: string, then: string | number | null, now: string | number | null): void => {
    if (then !== now) changes.push(`${what} was ${shown(then)} and is ${shown(now)}`);
  };
  const same = (what: string, then: string, now: string): void => {
    if (then !== now) changes.push(`${what} changed`);
  };
  changed('lockkeeper', plan.lockkeeperVersion, world.lockkeeperVersion);
  changed(plan.stack.tool, plan.stack.toolVersion, world.toolVersion);
  same('the policy', plan.policyHash, world.policyHash);
  changed('the server (system identifier)', plan.target.systemIdentifier, world.target.systemIdentifier);
  changed('the database', plan.target.database, world.target.database);
  changed('the server’s major version', plan.target.version, world.target.version);
  changed('the role', plan.target.role, world.target.role);
  changed('the class of the target', plan.target.class, world.target.class);
  same('the schema of the database', plan.schemaBefore, world.schema);
  same('the history of migrations', plan.historyBefore, world.history);
  for (const { path, sha256 } of plan.migrations.flatMap((migration) => migration.files)) {
    const now = world.files[path];
    if (now === undefined) changes.push(`${excerpt(path, 200)} is gone`);
    else if (now !== sha256) changes.push(`${excerpt(path, 200)} was changed`);
  }
  return changes;
}

/** Throws LockkeeperError PLAN_STALE with what changed, when anything did. */
export function refuseStale(plan: RunPlan, world: PlanWorld): void {
  const changes = staleness(plan, world);
  if (changes.length === 0) return;
  const more = changes.length > 5 ? `, and ${changes.length - 5} more` : '';
  throw new LockkeeperError(
    'PLAN_STALE',
    `What was planned no longer stands: ${changes.slice(0, 5).join('; ')}${more}.`,
    'Make a new plan and have that approved; nothing was run.',
  );
}

function shown(value: string | number | null): string {
  return value === null ? 'unknown' : excerpt(String(value), 80);
}
