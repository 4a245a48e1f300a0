// Every kind of drift on every major: found, named, and mended by its own statements. Runs on the servers of support/servers.
import { describe, expect, test } from 'vitest';
import { testServers } from '../support/servers.js';
import { database } from './support/example.js';
import { judge } from './support/judge.js';
import { Live, makeRoles } from './support/live.js';
import { extraSql, mutations, type Names } from './support/mutations.js';

/** As an ORM would have made it. */
const shop = `
  CREATE TABLE public.users (id bigint GENERATED ALWAYS AS IDENTITY, email text, CONSTRAINT users_pkey PRIMARY KEY (id));
  CREATE TABLE public.orders (id bigserial CONSTRAINT orders_pkey PRIMARY KEY, user_id bigint, CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES public.users);
  CREATE TABLE public.lines (id bigserial PRIMARY KEY, order_id bigint REFERENCES public.orders);`;
const names: Names = {
  table: 'public.orders',
  key: 'id',
  foreignKey: 'orders_user_fkey',
  primaryKey: 'orders_pkey',
  other: 'public.users',
  otherKey: 'id',
};

test('there are at least 80 kinds', () => {
  expect(new Set(mutations(names).map((each) => each.what)).size).toBeGreaterThanOrEqual(80);
});

describe.each(testServers())('PostgreSQL $major', (server) => {
  // The statements for the other direction are the same on every major but for those that only some know.
  const directions = server.major === 14 || server.major === 18 ? 'both' : 'live';
  test(`every kind, mended: ${directions}`, { timeout: 240_000 }, async () => {
    await makeRoles(server.adminUrl);
    const scratch = await database(server, 'kinds');
    const live = await Live.open(scratch.url, server.major);
    try {
      await live.run(shop, extraSql(names));
      expect(await judge(live, server.major, names, `PostgreSQL ${server.major}`, directions)).toEqual([]);
    } finally {
      await live.close();
      await scratch.drop();
    }
  });
});
