/** Plans as files of each real tool: written phase by phase, applied one by one, every check passes, the end is that of the plain change. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PlanChange } from '../../src/core/plan-change.js';
import { plan } from '../../src/operations/plan.js';
import { writePhase } from '../../src/operations/write-phase.js';
import { ToolUnavailable, type ToolDriver } from '../orms/conformance/driver.js';
import { World } from '../orms/conformance/world.js';
import { alembic } from '../orms/drivers/alembic.js';
import { diesel } from '../orms/drivers/diesel.js';
import { django } from '../orms/drivers/django.js';
import { drizzle } from '../orms/drivers/drizzle.js';
import { flyway } from '../orms/drivers/flyway.js';
import { goose } from '../orms/drivers/goose.js';
import { prisma7 } from '../orms/drivers/prisma.js';
import { testServers } from '../support/servers.js';
import { readSnapshot } from '../../src/databases/postgres/snapshot/read.js';
import type { SchemaSnapshot } from '../../src/core/schema.js';
import { differences } from './support/world.js';

const base = {
  name: 'make_shop',
  up: "CREATE TABLE members (id bigint PRIMARY KEY);\nCREATE TABLE visits (id integer PRIMARY KEY, member_id bigint, note text NOT NULL);\nCREATE INDEX visits_note_idx ON visits (note);\nINSERT INTO members SELECT n FROM generate_series(1, 20) n;\nINSERT INTO visits SELECT n, n, 'note ' || n FROM generate_series(1, 20) n;",
  down: 'DROP TABLE visits;\nDROP TABLE members;',
};

const intents: { change: PlanChange; naive: string; differs?: string[] }[] = [
  {
    change: { kind: 'addColumn', table: 'members', column: 'token', type: 'uuid', notNull: true, default: 'gen_random_uuid()' },
    naive: 'ALTER TABLE members ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()',
  },
  {
    change: { kind: 'renameColumn', table: 'visits', column: 'note', to: 'remark' },
    naive: 'ALTER TABLE visits RENAME COLUMN note TO remark',
  },
  {
    change: { kind: 'addForeignKey', table: 'visits', columns: ['member_id'], references: 'members' },
    naive: 'ALTER TABLE visits ADD FOREIGN KEY (member_id) REFERENCES members',
  },
  {
    change: { kind: 'addIndex', table: 'visits', columns: ['member_id'], unique: true, name: 'visits_member' },
    naive: 'CREATE UNIQUE INDEX visits_member ON visits (member_id)',
  },
  {
    change: { kind: 'changeType', table: 'visits', column: 'id', type: 'bigint' },
    naive: 'ALTER TABLE visits ALTER COLUMN id TYPE bigint',
  },
];

const drivers: ToolDriver[] = [goose, diesel, flyway, prisma7, drizzle, alembic, django];

describe.each(drivers)('$label', (driver) => {
  const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
  let unavailable: string | null = null;
  beforeAll(async () => {
    await driver.install().catch((error: unknown) => {
      if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
      unavailable = error.message;
    });
  }, 20 * 60_000);

  test.skipIf(server === undefined)('plans of five kinds, from the first phase to the last', { timeout: 900_000 }, async (context) => {
    if (unavailable !== null) context.skip(unavailable);
    const world = await World.make(driver, server!);
    const state = await mkdtemp(join(tmpdir(), 'lockkeeper-state-'));
    try {
      await world.add(base);
      expect((await world.apply('all')).steps.map((step) => step.outcome)).toEqual(['done']);
      const surroundings = world.context({}, { LOCKKEEPER_STATE: state, ...world.driver.variables(world.address) });
      for (const { change, naive, differs } of intents) {
        const plain = await afterPlain(world, naive);
        const made = await plan({ project: world.root, changes: [change], databaseVariable: 'SCRATCH_URL' }, surroundings);
        expect(made.status, JSON.stringify(made.needs)).toBe('plan');
        for (const phase of made.phases.filter((each) => each.kind === 'migration')) {
          const place = driver.tool === 'django' ? { place: 'shop' } : {};
          const written = await writePhase(
            { project: world.root, plan: made.id, phase: phase.number, ...place, usesLookedAt: true },
            surroundings,
          );
          for (const name of written.migrations) {
            const report = await world.apply(1);
            expect(
              report.steps.map((step) => `${step.migration} ${step.outcome}`),
              JSON.stringify(report),
            ).toEqual([`${name} done`]);
          }
          for (const step of phase.steps) {
            if (step.check !== null) expect((await world.sql<{ done: boolean }>(step.check))[0]?.done, step.title).toBe(true);
          }
        }
        expect(differences(await snapshot(world), plain, differs), change.kind).toEqual([]);
      }
    } finally {
      await world.remove();
      await rm(state, { recursive: true, force: true });
    }
  });
});

async function inTransaction<Result>(world: World, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: world.address.url });
  await client.connect();
  try {
    await client.query('BEGIN');
    return await work(client);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    await client.end();
  }
}

const snapshot = (world: World): Promise<SchemaSnapshot> => inTransaction(world, (client) => read(client, world));

const afterPlain = (world: World, sql: string): Promise<SchemaSnapshot> =>
  inTransaction(world, async (client) => {
    await client.query(sql);
    return read(client, world);
  });

function read(client: pg.Client, world: World): Promise<SchemaSnapshot> {
  const reader = {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) =>
      (await client.query(text, values as unknown[])).rows as Row[],
  };
  return readSnapshot(reader, world.server.major);
}
