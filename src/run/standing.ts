/** What became of a plan whose run ended without an outcome: killed, or cut off. Told from history and schema, never guessed. */
import type { PlannedMigration, RunPlan } from '../core/run-plan.js';
import { connectInputOf, type Ground, historyHash } from './world.js';
import { withRunLock } from './lock.js';
import { look } from './look.js';

export interface Standing {
  /**
   * - `nothing`: the target is as it was. - `done`: every migration is recorded as the plan wants it.
   * - `some`: the first ones are recorded, and the rest is not begun as far as the record tells.
   * - `partly`: something changed that no record explains. - `failed`: the tool has noted a failure, and blocks.
   */
  state: 'nothing' | 'done' | 'some' | 'partly' | 'failed';
  /** Migrations that are as the plan wants them. */
  finished: string[];
  says: string;
  next: string;
}

/**
 * Looks at the target under lockkeeper's lock, so that sessions of the run that was cut off have ended.
 *
 * @throws LockkeeperError HISTORY_BLOCKED while they are at work, and as `connect`
 */
export async function standingOf(plan: RunPlan, ground: Ground): Promise<Standing> {
  const text = ground.call.environment[ground.variable] ?? '';
  return withRunLock(text, ground.variable, async () => {
    const seen = await look(ground.tool, ground.call, connectInputOf(ground));
    const stateOf = ({ name }: PlannedMigration): string => seen.history.migrations.find((each) => each.name === name)?.state ?? 'pending';
    const isDone = (each: PlannedMigration): boolean => (stateOf(each) === 'applied') === (plan.direction === 'up');
    const finished = plan.migrations.filter(isDone).map(({ name }) => name);
    const failed = plan.migrations.find((each) => stateOf(each) === 'failed');
    const unchanged = seen.fingerprint === plan.schemaBefore;
    const rest = plan.migrations.filter((each) => !isDone(each));
    if (failed !== undefined) {
      return {
        state: 'failed',
        finished,
        says: `${failed.name} was begun, and the tool has noted no end${unchanged ? '; nothing of the schema has changed' : ''}.`,
        next: 'See lockkeeper status for the way out: look which statements are there, then take the record back or finish by hand.',
      };
    }
    if (rest.length === 0) return { state: 'done', finished, says: 'Every migration of the plan is recorded.', next: 'Nothing is left to do.' };
    if (unchanged && historyHash(seen.history) === plan.historyBefore) {
      return { state: 'nothing', finished, says: 'The database is as it was before the run.', next: 'Make a new plan when it is wanted; this one is used up.' };
    }
    if (finished.length === 0) {
      return {
        state: 'partly',
        finished,
        says: `The schema or the record differs from before the run, and ${rest[0]?.name} is not recorded.`,
        next: `Compare the schema (lockkeeper drift), undo or finish the part of ${rest[0]?.name} by hand, then plan again.`,
      };
    }
    return {
      state: 'some',
      finished,
      says: `${finished.join(', ')} ${finished.length === 1 ? 'is' : 'are'} recorded; ${rest.map(({ name }) => name).join(', ')} ${rest.length === 1 ? 'is' : 'are'} not.`,
      next: `Compare the schema (lockkeeper drift) for a part of ${rest[0]?.name}; without one, plan the rest.`,
    };
  });
}
