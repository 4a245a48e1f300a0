// The same schema gives the same snapshot everywhere, and a snapshot rebuilds the schema. Runs on the servers of support/servers.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { compareSchemas, schemaFingerprint, type SchemaSnapshot } from '../../src/core/schema.js';
import { withSession } from '../../src/databases/engine.js';
import { openThrowAway } from '../../src/databases/pglite.js';
import { postgres } from '../../src/databases/postgres.js';
import { createScript, rolesOf } from '../../src/databases/postgres/snapshot/script/create.js';
import { administer } from '../orms/conformance/world.js';
import { testServers } from '../support/servers.js';
import { database } from './support/example.js';
import { Live, makeRoles } from './support/live.js';

const rich = await readFile(new URL('support/rich.sql', import.meta.url), 'utf8');

async function embedded(statements: readonly string[]): Promise<SchemaSnapshot> {
  const lite = await openThrowAway({ extensions: ['citext'] });
  try {
    for (const role of ['lk_reader', 'lk_writer']) await lite.exec(`CREATE ROLE ${role}`);
    for (const statement of statements) await lite.exec(statement);
    return await lite.snapshot();
  } finally {
    await lite.close();
  }
}

let reference: SchemaSnapshot;
beforeAll(async () => {
  reference = await embedded([rich]);
});

describe.each(testServers())('PostgreSQL $major', (server) => {
  test('one of everything: the same as embedded; rebuilt here and embedded, the same again', async () => {
    await makeRoles(server.adminUrl);
    const [from, to] = [await database(server, 'rich'), await database(server, 'copy')];
    const [source, copy] = [await Live.open(from.url, server.major), await Live.open(to.url, server.major)];
    try {
      await source.run(rich);
      const snapshot = await source.tried(() => source.schema());
      expect(compareSchemas(reference, snapshot)).toEqual([]);
      expect(schemaFingerprint(snapshot)).toBe(schemaFingerprint(reference));
      expect(snapshot.objects.size).toBeGreaterThan(150);
      expect(rolesOf(snapshot)).toEqual(['lk_reader', 'lk_writer']);
      const script = createScript(snapshot);
      await copy.run(...script);
      expect(compareSchemas(snapshot, await copy.tried(() => copy.schema()))).toEqual([]);
      expect(compareSchemas(snapshot, await embedded(script))).toEqual([]);
      // In one transaction as well, and without the roles.
      const bare = createScript(snapshot, { roles: new Set() });
      expect(bare.join('\n')).not.toContain('lk_');
    } finally {
      await source.close();
      await copy.close();
      await from.drop();
      await to.drop();
    }
  });

  test('a role that may do nothing but connect sees all of it, and its session writes nothing', async () => {
    await makeRoles(server.adminUrl);
    const poor = await database(server, 'poor');
    const live = await Live.open(poor.url, server.major);
    const role = `lk_poor_${server.major}`;
    try {
      await live.run(rich);
      await live.run(`DROP ROLE IF EXISTS ${role}`, `CREATE ROLE ${role} LOGIN`, 'REVOKE ALL ON SCHEMA public FROM PUBLIC');
      const [name] = await live.rows<{ name: string }>('SELECT current_database() AS name');
      await live.run(`REVOKE ALL ON DATABASE ${name?.name} FROM PUBLIC`, `GRANT CONNECT ON DATABASE ${name?.name} TO ${role}`);
      const wanted = await live.tried(() => live.schema());
      const url = new URL(poor.url);
      url.username = role;
      const seen = await withSession(postgres, { variable: 'POOR', environment: { POOR: url.href } }, async (session) => {
        await expect(session.query('CREATE TABLE public.t (id int)')).rejects.toMatchObject({ problem: { code: 'BAD_USAGE' } });
        const [state] = await session.query<{ readonly: string; isolation: string }>(
          "SELECT current_setting('transaction_read_only') AS readonly, current_setting('transaction_isolation') AS isolation",
        );
        expect(state).toEqual({ readonly: 'on', isolation: 'repeatable read' });
        return postgres.snapshot(session);
      });
      expect(compareSchemas(wanted, seen)).toEqual([]);
      expect(seen.objects.size).toBe(wanted.objects.size);
    } finally {
      await live.close();
      await poor.drop();
      await administer(server, `DROP ROLE IF EXISTS ${role}`);
    }
  });
});
