/** Old and new code run all the time while a plan runs, on a real server: no failed statement, no stall beyond what the guards allow. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administer } from '../databases/support/servers.js';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { testServers } from '../support/servers.js';
import { loadIntents, setup } from './support/intents.js';
import { calm, longestGuardMs, planned } from './support/scene.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
const rows = 300_000;
/** What a busy machine adds to any statement. */
const slackMs = 5_000;

describe.skipIf(server === undefined && !process.env.CI)('plans under load', { timeout: 180_000 }, () => {
  const template = `load_${randomBytes(4).toString('hex')}`;
  let admin: pg.Client;
  let calmMs = 0;

  const onCopy = async <Result>(work: (url: string) => Promise<Result>): Promise<Result> => {
    const name = `${template}_copy`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    try {
      return await work(server!.url(name));
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  };

  beforeAll(async () => {
    await loadParser();
    admin = new pg.Client({ connectionString: server!.adminUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${template}`);
    await administer(server!.url(template), ...setup(rows));
    const seen = await onCopy((url) => calm(url, loadIntents[0]!));
    expect(seen.errors).toEqual([]);
    calmMs = seen.longestMs;
  });
  afterAll(async () => {
    await admin?.query(`DROP DATABASE ${template} WITH (FORCE)`);
    await admin?.end();
  });

  test.each(loadIntents)('$name', async (intent) => {
    const seen = await onCopy((url) => planned(url, intent));
    expect(seen.broken).toBe(null);
    expect(seen.errors).toEqual([]);
    expect(seen.failed).toBe(0);
    expect(seen.old.statements).toBeGreaterThan(0);
    expect(seen.fresh.statements).toBeGreaterThan(0);
    expect(seen.longestMs).toBeLessThan(longestGuardMs + calmMs + slackMs);
  });
});
