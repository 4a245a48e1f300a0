// The servers of this file log every statement: they are its own, beside those of support/servers.
import { afterAll, beforeAll, describe, test } from 'vitest';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { alembic } from '../orms/drivers/alembic.js';
import { diesel } from '../orms/drivers/diesel.js';
import { django } from '../orms/drivers/django.js';
import { drizzle } from '../orms/drivers/drizzle.js';
import { flyway } from '../orms/drivers/flyway.js';
import { goose } from '../orms/drivers/goose.js';
import { prisma6, prisma7 } from '../orms/drivers/prisma.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { World } from '../orms/conformance/world.js';
import { runBehaviours } from './support/behaviours.js';
import { LogServer } from './support/log-server.js';

let log: LogServer;

beforeAll(async () => {
  await loadParser();
  log = await LogServer.start(17);
}, 60_000);

afterAll(() => log?.stop());

for (const driver of [goose, diesel, drizzle, prisma7, prisma6, alembic, django, flyway]) {
  describe(driver.label, { timeout: 180_000 }, () => {
    let unavailable: string | null = null;
    beforeAll(async () => {
      await driver.install().catch((error: unknown) => {
        if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
        unavailable = error.message;
      });
    }, 20 * 60_000);

    for (const behaviour of runBehaviours) {
      if (driver === prisma6 && !behaviour.core) continue;
      if (behaviour.needs !== undefined && driver.offers[behaviour.needs] !== true) continue;
      test(behaviour.name, async (context) => {
        if (unavailable !== null) context.skip(unavailable);
        const { server } = log;
        const world = await World.make(driver, { major: server.major, version: server.version, url: server.url, adminUrl: server.adminUrl });
        try {
          await behaviour.run(world, log);
        } finally {
          await world.remove();
        }
      });
    }
  });
}
