// Runs on the servers of support/servers.
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { postgres } from '../../src/databases/postgres.js';
import { withSession } from '../../src/databases/engine.js';
import { openThrowAwayTarget } from '../../src/rehearse/throw-away.js';
import { makeBackup } from '../../src/run/backup.js';
import { testServers } from '../support/servers.js';

for (const server of testServers().filter(({ major }) => [14, 17, 18].includes(major))) {
  describe(`a backup on PostgreSQL ${server.major}`, () => {
    it('is restored and compared before it counts, and is for its owner alone', { timeout: 120_000 }, async () => {
      const database = `backup_${process.pid}_${server.major}`;
      await on(server.adminUrl, `CREATE DATABASE ${database}`);
      await on(
        server.url(database),
        `CREATE TYPE mood AS ENUM ('good', 'bad');
         CREATE TABLE parents (id int PRIMARY KEY);
         CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents, mood mood, "odd name" text, at timestamptz, twice int GENERATED ALWAYS AS (id * 2) STORED);
         INSERT INTO parents SELECT generate_series(1, 100);
         INSERT INTO children SELECT i, i % 100 + 1, 'bad', E'tab\\there\\n' || chr(128512), now() FROM generate_series(1, 5000) AS i`,
      );
      const environment = { URL: server.url(database) };
      const schema = await withSession(postgres, { variable: 'URL', environment }, (session) => postgres.snapshot(session));
      const opened = await openThrowAwayTarget(undefined, {});
      try {
        const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-backup-'));
        const backup = await makeBackup({
          text: environment.URL,
          variable: 'URL',
          tables: ['public.children'],
          schema,
          folder,
          throwAway: opened.target.address.url,
          now: new Date(),
        });
        expect(backup.what).toContain('5000 rows of public.children');
        const files = await readdir(backup.folder);
        expect(files.sort()).toEqual(['001.copy', 'schema.sql', 'tables.json']);
        for (const file of files) expect((await stat(join(backup.folder, file))).mode & 0o077).toBe(0);
        expect((await readFile(join(backup.folder, '001.copy'), 'utf8')).split('\n').length).toBe(5001);
      } finally {
        await opened.close();
        await on(server.adminUrl, `DROP DATABASE ${database} WITH (FORCE)`);
      }
    });
  });
}

async function on(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
