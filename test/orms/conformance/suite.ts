/** Runs the behaviours for one tool and keeps the cells of the table. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { type TestServer, testServers } from '../../support/servers.js';
import { type Behaviour, behaviours } from './behaviours.js';
import { ToolUnavailable, type ToolDriver } from './driver.js';
import { World } from './world.js';

/**
 * Declares the tests of one driver, on PostgreSQL 17.
 *
 * @param part `core` for a previous major of the tool
 */
export function conform(driver: ToolDriver, part: 'all' | 'core' = 'all'): void {
  const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
  declare(driver, driver.label, server, (each) => part === 'all' || each.core === true);
}

/** Declares the few that are also run on the oldest and the newest major of PostgreSQL. */
export function conformOnMajors(driver: ToolDriver): void {
  for (const server of testServers().filter(({ major }) => major === 14 || major === 18))
    declare(driver, `${driver.label} on PostgreSQL ${server.major}`, server, (each) => each.majors === true);
}

function declare(driver: ToolDriver, label: string, server: TestServer | undefined, wanted: (behaviour: Behaviour) => boolean): void {
  describe.skipIf(server === undefined)(label, { timeout: 180_000 }, () => {
    let unavailable: string | null = null;
    beforeAll(async () => {
      await driver.install().catch((error: unknown) => {
        if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
        unavailable = error.message;
      });
    }, 20 * 60_000);

    for (const behaviour of behaviours.filter(wanted)) {
      const offered = behaviour.unless?.(driver) ?? true;
      const cell = (state: string): void => keep(label, behaviour.name, state);
      if (offered !== true) {
        cell(`not offered: ${offered.notOffered} Way round: ${offered.wayRound}`);
        continue;
      }
      test(behaviour.name, async (context) => {
        if (unavailable !== null) {
          cell('skipped');
          context.skip(unavailable);
        }
        const world = await World.make(driver, server!, behaviour.given);
        try {
          await behaviour.run(world);
          cell('ok');
        } catch (error) {
          cell('FAILED');
          throw error;
        } finally {
          await world.remove();
        }
      });
    }
  });
}

/** One line a cell; `scripts/test.mjs` prints the table of all tools when the run is over. */
function keep(tool: string, behaviour: string, state: string): void {
  const file = process.env.LOCKKEEPER_CONFORMANCE;
  if (!file) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ tool, behaviour, state })}\n`);
}
