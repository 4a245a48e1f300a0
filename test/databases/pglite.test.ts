import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openThrowAway } from '../../src/databases/pglite.js';

let cacheFolder: string;

beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'lockkeeper-cache-'));
});
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

describe('a throw-away database', () => {
  it('is prepared once, and every one is empty', async () => {
    const boot = async (): Promise<number> => {
      const start = performance.now();
      const database = await openThrowAway({ cacheFolder });
      const milliseconds = performance.now() - start;
      expect(database.version).toBe(18);
      expect(await database.query("SELECT current_setting('TimeZone') AS zone, to_regclass('t') AS t")).toEqual([{ zone: 'UTC', t: null }]);
      await database.exec('CREATE TABLE t (id int); INSERT INTO t VALUES (1)');
      await database.close();
      return milliseconds;
    };
    const first = await boot();
    const [folder] = await readdir(cacheFolder);
    expect(folder).toMatch(/^pglite-\d+\.\d+\.\d+$/);
    expect(await readdir(join(cacheFolder, folder ?? ''))).toEqual(['prepared.tar']);
    const second = await boot();
    expect(second).toBeLessThan(first);

    await writeFile(join(cacheFolder, folder ?? '', 'prepared.tar'), 'broken');
    await boot();
    expect(await boot()).toBeLessThan(first);
  }, 60_000);

  it('answers rows, errors with their code, and notices', async () => {
    const database = await openThrowAway({ cacheFolder });
    const notices: string[] = [];
    await database.exec("DO $$ BEGIN RAISE NOTICE 'hello'; END $$", ({ severity, message }) => notices.push(`${severity} ${message}`));
    expect(notices).toEqual(['NOTICE hello']);
    expect(await database.query('SELECT $1::int + 1 AS sum', [1])).toEqual([{ sum: 2 }]);
    await expect(database.exec('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
    await database.close();
  }, 30_000);

  it('has the extensions that it is asked for', async () => {
    const database = await openThrowAway({ cacheFolder, extensions: ['citext', 'uuid-ossp', 'no_such_extension'] });
    await database.exec(
      'CREATE EXTENSION citext; CREATE EXTENSION "uuid-ossp"; CREATE TABLE t (name citext, id uuid DEFAULT uuid_generate_v4())',
    );
    await expect(database.exec('CREATE EXTENSION no_such_extension')).rejects.toThrow('no_such_extension');
    expect((await database.catalog()).extensions).toEqual(new Set(['citext', 'plpgsql', 'uuid-ossp']));
    await database.close();
  }, 30_000);

  it('boots where nothing can be kept, and prints nothing', async () => {
    const script = `import { openThrowAway } from './src/databases/pglite.ts';
      const database = await openThrowAway({ cacheFolder: '/dev/null/folder' });
      await database.exec('SELECT 1; NOTIFY a').catch(() => undefined);
      await database.close();`;
    const { stdout, stderr } = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', script]);
    expect([stdout, stderr]).toEqual(['', '']);
  }, 60_000);
});
