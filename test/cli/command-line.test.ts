import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { prismaFiles, project } from '../support/project.js';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Answer {
  code: number | undefined;
  out: string;
  err: string;
}

async function lockkeeper(words: string[], options: { cwd?: string; input?: string; env?: Record<string, string> } = {}): Promise<Answer> {
  const result = await execa(process.execPath, [program, ...words], {
    reject: false,
    cwd: options.cwd ?? (await project({})),
    input: options.input ?? '',
    env: { NO_COLOR: '1', ...options.env },
  });
  return { code: result.exitCode, out: result.stdout, err: result.stderr };
}

beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/cli.js is missing: npm run build');
});

describe('exit codes', () => {
  const dangerous = 'DROP TABLE users;';
  const harmless = 'SELECT 1;';

  test('0: nothing found', async () => {
    expect(await lockkeeper(['assess', '--sql', harmless])).toMatchObject({ code: 0, err: '' });
  });

  test('1: findings at or above --fail-on', async () => {
    expect((await lockkeeper(['assess', '--sql', dangerous])).code).toBe(1);
    expect((await lockkeeper(['assess', '--sql', dangerous, '--fail-on', 'never'])).code).toBe(0);
  });

  test('1: by the severity of the configuration', async () => {
    const cwd = await project({ 'lockkeeper.config.json': '{ "failOn": "never" }' });
    expect((await lockkeeper(['assess', '--sql', dangerous], { cwd })).code).toBe(0);
    expect((await lockkeeper(['assess', '--sql', dangerous, '--fail-on', 'low'], { cwd })).code).toBe(1);
  });

  test('2: bad usage and unreadable input', async () => {
    const cwd = await project({ 'bad/lockkeeper.config.json': '{ "failon": 1 }', 'a.sql': harmless });
    const cases = [
      ['nonsense'],
      ['plan'],
      ['--json'],
      ['assess'],
      ['assess', '--bogus'],
      ['assess', '--sql'],
      ['assess', '--sql', harmless, '--format', 'pdf'],
      ['assess', '--sql', harmless, '--fail-on', 'always'],
      ['assess', '--sql', harmless, '--server-version', 'new'],
      ['assess', '--sql', harmless, '--transaction', 'maybe'],
      ['assess', '--sql', harmless, 'a.sql'],
      ['assess', '--sql', harmless, '--output', 'no/such/folder/x'],
      ['assess', 'missing.sql'],
      ['assess', 'a.sql', 'missing.sql'],
      ['assess', '-', 'a.sql'],
      ['assess', '--sql', harmless, '--project', 'bad'],
      ['assess', '--sql', harmless, '--database-env', 'NOT_SET_ANYWHERE'],
      ['review', 'main'],
      ['detect', 'missing'],
      ['rules', 'no-such-rule'],
    ];
    for (const words of cases) {
      const answer = await lockkeeper(words, { cwd });
      expect({ words, code: answer.code }).toEqual({ words, code: 2 });
      expect(answer.err + answer.out).not.toMatch(/\n\s+at |node:internal/);
    }
  });

  test('3: something was not judged', async () => {
    expect((await lockkeeper(['assess', '--sql', 'SELEKT 1;'])).code).toBe(3);
    expect((await lockkeeper(['assess', '--sql', harmless, '--dialect', 'sqlite'])).code).toBe(3);
  });

  test('1 wins over 3', async () => {
    expect((await lockkeeper(['assess', '--sql', `SELEKT 1; ${dangerous}`])).code).toBe(1);
  });
});

describe('input and output', () => {
  test('standard input', async () => {
    const answer = await lockkeeper(['assess', '-', '--json'], { input: 'SELECT 1;\nSELECT 2;\n' });
    expect(JSON.parse(answer.out)).toMatchObject({ coverage: { statements: 2 } });
  });

  test('standard input that is not text', async () => {
    expect(await lockkeeper(['assess', '-'], { input: 'a\u0000b' })).toMatchObject({ code: 2, err: expect.stringContaining('[NOT_TEXT]') });
  });

  test('every format', async () => {
    const cwd = await project(prismaFiles);
    const report = async (format: string): Promise<string> =>
      (await lockkeeper(['assess', 'prisma/migrations', '--format', format], { cwd })).out;
    expect(JSON.parse(await report('json'))).toMatchObject({ coverage: { migrations: 3 } });
    expect(JSON.parse(await report('sarif'))).toMatchObject({ version: '2.1.0' });
    expect(await report('markdown')).toContain('<!-- lockkeeper -->');
    expect(await report('text')).toContain('Risk:');
  });

  test('--output writes the file and nothing else; --quiet writes nothing', async () => {
    const cwd = await project({});
    expect(await lockkeeper(['assess', '--sql', 'SELECT 1', '--output', 'report.txt'], { cwd })).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(join(cwd, 'report.txt'), 'utf8')).toContain('Risk: low');
    expect(await lockkeeper(['assess', '--sql', 'SELECT 1', '--quiet'], { cwd })).toEqual({ code: 0, out: '', err: '' });
  });

  test('errors as JSON where JSON was asked for', async () => {
    expect(JSON.parse((await lockkeeper(['assess', 'missing.sql', '--json'])).out)).toMatchObject({ error: { code: 'PATH_NOT_FOUND' } });
  });

  test('files outside the working folder, and a project as the border', async () => {
    const cwd = await project({ 'app/x': '', 'db/a.sql': 'SELECT 1;' });
    expect((await lockkeeper(['assess', '../db/a.sql'], { cwd: join(cwd, 'app') })).code).toBe(0);
    expect(await lockkeeper(['assess', '../db/a.sql', '--project', '.'], { cwd: join(cwd, 'app') })).toMatchObject({
      code: 2,
      err: expect.stringContaining('[PATH_OUTSIDE_PROJECT]'),
    });
  });

  test('a reader that goes away is no error', async () => {
    const pipe = await execa('sh', ['-c', `"${process.execPath}" "${program}" rules --json | head -c 1`], { reject: false });
    expect(pipe.stderr).toBe('');
  });

  test('no colours in a pipe', async () => {
    expect((await lockkeeper(['assess', '--sql', 'SELECT 1'], { env: { NO_COLOR: '', FORCE_COLOR: '1' } })).out).not.toContain('\u001b');
  });

  test('a defect shows no stack trace unless asked', async () => {
    const broken = {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent('process.cwd = () => { throw new Error("boom") }')}`,
    };
    const plain = await lockkeeper(['detect'], { env: broken });
    expect(plain).toMatchObject({ code: 2, err: expect.stringContaining('[INTERNAL]') });
    expect(plain.err).not.toContain('at main');
    expect((await lockkeeper(['detect'], { env: { ...broken, LOCKKEEPER_DEBUG: '1' } })).err).toContain('at main');
  });
});

describe('the other commands', () => {
  test('detect', async () => {
    const cwd = await project(prismaFiles);
    expect((await lockkeeper(['detect'], { cwd })).out).toContain('prisma:.');
    expect(JSON.parse((await lockkeeper(['detect', '--json'], { cwd })).out)).toMatchObject({
      stacks: [{ id: 'prisma:.', migrationCount: 3 }],
    });
    expect((await lockkeeper(['detect'])).out).toContain('No migration tool was found');
  });

  test('rules', async () => {
    const rules = JSON.parse((await lockkeeper(['rules', '--json'])).out) as { id: string }[];
    expect(rules.length).toBeGreaterThan(0);
    const id = rules[0]?.id ?? '';
    expect((await lockkeeper(['rules', id])).out).toContain(id);
  });

  test('doctor', async () => {
    const answer = await lockkeeper(['doctor', '--json']);
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toMatchObject({ ready: true });
    expect(
      await lockkeeper(['doctor', '--database-env', 'SECRET_URL'], { env: { SECRET_URL: 'postgresql://u:hunter2@127.0.0.1:1/x' } }),
    ).toMatchObject({ code: 3, out: expect.not.stringContaining('hunter2') });
  });

  test('help and version', async () => {
    for (const name of ['detect', 'assess', 'review', 'rules', 'doctor']) {
      expect(await lockkeeper([name, '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Examples') });
    }
    expect((await lockkeeper(['--help'])).out).toContain('Exit codes');
    expect((await lockkeeper(['--version'])).out).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
