// A rehearsal that starts from a live target, with its statistics and queries. Runs on the servers of support/servers.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import { toolAddress } from '../../src/run/address.js';
import { goose } from '../orms/drivers/goose.js';
import { testServers } from '../support/servers.js';
import { projectOf, rehearseIn } from './support/projects.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);
const name = `rehearse_target_${process.pid}`;

async function sql<Row extends object>(database: string | undefined, ...statements: string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server!.url(database) });
  await client.connect();
  let rows: Row[] = [];
  for (const each of statements) rows = (await client.query<Row>(each)).rows ?? [];
  await client.end();
  return rows;
}

describe.skipIf(server === undefined)('from a live target', { timeout: 240_000 }, () => {
  afterEach(() => sql(undefined, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

  test('schema and history come over, rows stay; statistics, queries, rollback and evidence', async () => {
    const { root, names } = await projectOf(goose, [
      { name: 'base', up: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text, legacy text);', down: 'DROP TABLE customers;' },
      {
        name: 'change',
        up: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;\nALTER TABLE customers DROP COLUMN legacy;',
        down: null,
      },
    ]);
    const changed = join(root, goose.fileOf(root, { folder: '.' }, names[1]!));
    const pending = await readFile(changed, 'utf8');
    await writeFile(changed, '-- +goose Up\nSELECT 1;\n');
    await sql(undefined, `CREATE DATABASE ${name}`);
    await goose.applyAll(root, { folder: '.' }, toolAddress(server!.url(name), 'TARGET_URL'));
    await sql(
      name,
      'DELETE FROM goose_db_version WHERE version_id = 20',
      "INSERT INTO customers SELECT g, CASE WHEN g % 4 = 0 THEN NULL ELSE 'very-secret-' || g END, 'x' FROM generate_series(1, 400) g",
      // Made by hand: only the live schema knows of it.
      'CREATE INDEX by_hand ON customers (legacy)',
      'ANALYZE customers',
    );
    await writeFile(changed, pending);
    await writeFile(join(root, 'queries.sql'), 'SELECT id, email FROM customers WHERE id = $1;\n\nSELECT legacy FROM customers;\n');
    const environment = { TARGET_URL: server!.url(name), SHADOW_URL: server!.adminUrl };
    const answer = await rehearseIn(
      root,
      goose,
      { databaseVariable: 'TARGET_URL', shadowVariable: 'SHADOW_URL', queries: ['queries.sql'], writeRollback: true },
      environment,
    );
    expect(answer.start.from).toBe('target');
    expect(answer.migrations.map((each) => [each.name, each.succeeded])).toEqual([[names[1], true]]);
    expect(answer.migrations[0]!.schemaChanges).toContain('- index public.by_hand');
    const nulls = answer.findings.find((finding) => finding.kind === 'would-fail');
    expect(nulls).toMatchObject({ severity: 'high', certainty: 'if such rows exist' });
    expect(nulls!.why).toContain('25 %');
    expect(answer.queries.map((query) => [query.before, query.after, query.brokenBy])).toEqual([
      ['runs', 'runs', null],
      ['runs', 'fails', names[1]],
    ]);
    expect(answer.findings.find((finding) => finding.kind === 'query-breaks')?.source).toEqual({ file: 'queries.sql', line: 3 });
    // The values of dropped columns are gone, and that is said; the SQL brings the index back too.
    const { rollback } = answer.migrations[0]!.wayBack;
    expect(rollback).toMatchObject({ written: true, proven: expect.stringContaining('data lost: public.customers.legacy') });
    expect(await readFile(join(root, rollback!.file), 'utf8')).toContain('CREATE INDEX by_hand');
    expect(JSON.stringify(answer)).not.toContain('very-secret');
    expect(await sql<{ rows: number }>(name, 'SELECT count(*)::int AS rows FROM customers')).toEqual([{ rows: 400 }]);
    expect(existsSync(join(root, 'migrations/rollback'))).toBe(true);

    await writeFile(join(root, 'rehearsal.json'), JSON.stringify(answer));
    const judged = await assess(
      { project: root, stack: 'goose:.', migrations: [names[1]!], rehearsal: 'rehearsal.json' },
      { workingFolder: root, environment: goose.environment() },
    );
    expect(judged.findings.filter((finding) => finding.evidence.includes('rehearsed')).map((finding) => finding.rule)).toEqual(
      expect.arrayContaining(['rehearsal-would-fail', 'rehearsal-query-breaks']),
    );
    expect(judged.findings.some((finding) => finding.evidence.includes('static') && finding.evidence.includes('rehearsed'))).toBe(true);
  });
});
