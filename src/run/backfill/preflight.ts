/** What is looked at on a target before a backfill is approved. Reads only. */
import type { BackfillLimits, BackfillRows } from '../../core/backfill.js';
import { LockkeeperError } from '../../core/errors.js';
import type { BackfillSpec, PlanStep } from '../../core/plan.js';
import type { PreflightCheck } from '../../core/run-plan.js';
import { withSession } from '../../databases/engine.js';
import { readAddress } from '../../databases/postgres/address.js';
import { openClient } from '../../databases/postgres/client.js';
import { databaseError } from '../../databases/postgres/errors.js';
import { postgres } from '../../databases/postgres.js';
import { countRows } from './count.js';
import { rangesOf } from './ranges.js';

export interface BackfillPreflight {
  checks: PreflightCheck[];
  expected: BackfillRows;
}

/**
 * Looks whether the steps before it are done, whether its key can be read in ranges, and how many rows need it.
 *
 * @param before steps of the plan that come first
 * @throws LockkeeperError CONTRACT_WAITS when a step before it is not done or the server only reads; BAD_USAGE as `rangesOf`; and as `connect`
 */
export async function backfillPreflight(
  input: { variable: string; environment: NodeJS.ProcessEnv; spec: BackfillSpec; limits: BackfillLimits },
  before: readonly PlanStep[],
): Promise<BackfillPreflight> {
  const { variable, environment, spec, limits } = input;
  const checks = await withSession(postgres, { variable, environment }, async (session): Promise<PreflightCheck[]> => {
    const { standby } = await postgres.fingerprint(session);
    const found: PreflightCheck[] = [
      standby
        ? { name: 'the server can be written to', state: 'refused', detail: 'It is a standby.' }
        : { name: 'the server can be written to', state: 'ok', detail: 'It is no standby.' },
    ];
    for (const step of before) {
      const rows = step.check === null ? null : await session.attempt<{ done: boolean | null }>(step.check);
      const state = rows === null ? 'unknown' : rows[0]?.done === true ? 'ok' : 'refused';
      const detail = { unknown: 'No query could tell.', ok: 'It is done.', refused: 'It is not done.' }[state];
      found.push({ name: `step ${step.id}, ${step.title}`, state, detail });
    }
    return found;
  });
  refuseWaiting(checks);
  const { client } = await openClient(readAddress(environment[variable] ?? '', variable));
  try {
    await rangesOf(client, spec);
    const expected = await countRows(client, spec, limits.countMs);
    const detail =
      expected.how === 'counted' ? `${expected.rows} rows, counted.` : `About ${expected.rows} rows, estimated: counting took too long.`;
    return { checks: [...checks, { name: 'rows that need it', state: expected.how === 'counted' ? 'ok' : 'unknown', detail }], expected };
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function refuseWaiting(checks: readonly PreflightCheck[]): void {
  const refused = checks.find((check) => check.state === 'refused');
  if (refused === undefined) return;
  throw new LockkeeperError(
    'CONTRACT_WAITS',
    `The backfill must wait: ${refused.name}: ${refused.detail}`,
    'Apply the phases before it first; without them rows that are written meanwhile would be missed.',
  );
}
