/** What a person does next, in words. */
import type { OtherSession } from './watch.js';
import type { RunStep } from './outcome.js';

const brokenIndex =
  'An index was left invalid: it is kept up to date and never used. Drop it with DROP INDEX CONCURRENTLY, mend the cause, and build it again.';

/** Sessions as they may be named. */
export function sessionNames(sessions: readonly OtherSession[]): string {
  return sessions.map(({ application, pid }) => `${application} (process ${pid})`).join(', ');
}

/**
 * What is to be done after a run; null when nothing is.
 *
 * @param complete every migration of the run had its turn
 */
export function nextOf(steps: readonly RunStep[], complete: boolean): string | null {
  const last = steps.at(-1);
  const broken = steps.some((step) => step.leftInvalid.some((each) => each.startsWith('index ')));
  if (last === undefined) return complete ? null : 'Nothing was run. Make a new plan when it is wanted.';
  if (last.outcome === 'done') return broken ? brokenIndex : complete ? null : 'It was called off between two migrations. What ran is recorded; plan the rest anew.';
  const refused = last.refused[0];
  const because = refused === undefined ? '' : ` The gate refused a statement that was not approved: ${refused}.`;
  const inTheWay = last.inTheWay.length === 0 ? 'others' : sessionNames(last.inTheWay);
  switch (last.outcome) {
    case 'partly':
      return `A part of ${last.migration} is in the database and the tool did not record it.${because}${broken ? ` ${brokenIndex}` : ''} See lockkeeper status, undo the part by hand or by a plan, then plan again.`;
    case 'done-with-complaint':
      return `${last.migration} is recorded and in the database, though the tool ended with exit code ${last.exitCode}. Read what it said; do not run it again.`;
    case 'nothing':
      return 'The tool reported success and changed nothing here: it may use another database. Check which address its configuration reads.';
    case 'gave-way':
      return last.blocked.length > 0 && last.inTheWay.length === 0
        ? `${last.migration} was given up after ${last.attempts} tries, since others waited for it ${last.longestBlockMs} ms: ${sessionNames(last.blocked)}. Nothing of it is there. Plan it for a quieter time, or split it.`
        : `${last.migration} was given up after ${last.attempts} tries: ${inTheWay} stood in the way. Nothing of it is there. Let that end, then plan again.`;
    case 'cancelled':
      return `${last.migration} was called off, and nothing of it is there. Plan it again when it is wanted.`;
    case 'unknown':
      return `Whether ${last.migration} is in the database is not known: it could not be looked at any more. When it can be reached again, see lockkeeper status; nothing is tried again before.`;
    default:
      return `${last.migration} failed and left nothing.${because} Read what was said, mend the migration, and plan again.`;
  }
}
