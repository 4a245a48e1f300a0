import { describe, expect, test } from 'vitest';
import { embeddedPlace } from '../../src/rehearse/places/embedded.js';
import { findServers, nearestServer } from '../../src/rehearse/places/binaries.js';
import { nativePlace } from '../../src/rehearse/places/native.js';
import { type Place, withClientOf } from '../../src/rehearse/places/place.js';
import pg from 'pg';

async function asTool(url: string, ...sql: string[]) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try { for (const s of sql) await client.query(s).catch((e) => console.log(String(e))); } finally { await client.end(); }
}
async function tryIt(place: Place) {
  const t0 = performance.now();
  const { database, filled } = await place.open('abc2');
  console.log(place.what, filled, 'open', performance.now() - t0);
  if (!filled) { await withClientOf(database, (c) => c.query('CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT g, g::text FROM generate_series(1,10) g'));
  console.log('keep', await place.keep(database, 'abc2'), performance.now() - t0); }
  const { database: second, filled: f2 } = place.kind === 'embedded' ? { database, filled } : await place.open('abc2');
  console.log(f2, performance.now() - t0);
  await asTool(second.address.url, 'CREATE INDEX i ON t (a)', 'BEGIN', 'ALTER TABLE t ADD COLUMN b int DEFAULT 3', 'UPDATE t SET b = 4', 'COMMIT', 'CREATE INDEX CONCURRENTLY j ON t (b)', 'ALTER TABLE t ALTER id TYPE bigint; ALTER TABLE t ADD CHECK (b > 10)', "ALTER TABLE t ALTER id TYPE bigint; INSERT INTO t VALUES (99)");
  console.log(performance.now() - t0);
  for (const s of second.taken()) console.log(JSON.stringify(s));
  await place.close();
  console.log('closed', performance.now() - t0);
}
test('native', async () => {
  const servers = await findServers(process.env, process.cwd());
  console.log(servers);
  await tryIt(await nativePlace(nearestServer(servers, null)!));
});
test('embedded', async () => {
  await tryIt(embeddedPlace([]));
});
