// goose and Flyway killed outside a transaction: what they leave without a record is told. Runs on the servers of support/servers.
import { describe, expect, test } from 'vitest';
import { testServers } from '../support/servers.js';
import { ToolUnavailable } from './conformance/driver.js';
import { endSessions, killClient } from './conformance/kill.js';
import { World } from './conformance/world.js';
import { flyway } from './drivers/flyway.js';
import { goose } from './drivers/goose.js';

const server = testServers().at(-1);
const orders = { name: 'make_orders', up: 'CREATE TABLE orders (id bigint PRIMARY KEY, state text);', down: null };

describe.skipIf(server === undefined).each([goose, flyway])('$label', { timeout: 240_000 }, (driver) => {
  const inWorld = (name: string, run: (world: World) => Promise<void>): void =>
    test(name, async (context) => {
      const missing = await driver.install().then(
        () => null,
        (error: unknown) => error,
      );
      if (missing !== null) {
        if (!(missing instanceof ToolUnavailable) || process.env.CI) throw missing;
        return context.skip(missing.message);
      }
      const world = await World.make(driver, server!);
      try {
        await run(world);
      } finally {
        await world.remove();
      }
    });

  inWorld('killed while an index is built: the session at work, then the invalid index, then the way out works', async (world) => {
    const names = await world.add(orders, {
      name: 'index_state',
      up: 'CREATE INDEX CONCURRENTLY orders_state ON orders (state);',
      down: null,
      outsideTransaction: true,
    });
    await world.apply();
    await world.sql("INSERT INTO orders SELECT n, 'new' FROM generate_series(1, 10) n");
    // An open transaction that has written keeps the build waiting.
    const { default: pg } = await import('pg');
    const writer = new pg.Client({ connectionString: world.address.url, application_name: 'lockkeeper' });
    await writer.connect();
    await writer.query("BEGIN; UPDATE orders SET state = 'old' WHERE id = 1");
    const running = world.driver.applyAll(world.root, world.options, world.address).catch((error: unknown) => error);
    await killClient(world, '%INDEX CONCURRENTLY orders_state%', 'SIGKILL');
    await running;
    const during = await world.status();
    expect(during.recoveries).toContainEqual(expect.objectContaining({ kind: 'still-running', migration: names[1] }));
    expect(during.recoveries.map((each) => each.kind)).not.toContain('invalid-index');
    // Ended while it still waits, the build cannot come to a good end.
    await world.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY orders_state%' AND pid <> pg_backend_pid()",
    );
    await writer.end();
    await endSessions(world);
    const after = await world.status();
    expect(after.migrations.map((each) => each.state)).toEqual(['applied', 'pending']);
    expect(after.recoveries.map((each) => each.kind).sort()).toEqual(['half-applied', 'invalid-index']);
    for (const { migration } of after.recoveries) expect(migration).toBe(names[1]);
    for (const { sql } of after.recoveries.flatMap((each) => each.steps)) if (sql !== null) await world.sql(sql);
    expect((await world.status()).recoveries).toEqual([]);
    expect(await world.apply()).toMatchObject({ succeeded: true, steps: [{ migration: names[1], outcome: 'done' }] });
  });
});
