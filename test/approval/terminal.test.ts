/** `lockkeeper approve` and `audit` as programs: with a terminal, without one, and with a faked one. */
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { claimApproval } from '../../src/approve/index.js';
import { serverCommand } from '../mcp/support/server.js';
import { on, type World, world } from './support/world.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function lockkeeper(at: World, words: string[], input = ''): Promise<{ exitCode?: number; stdout: string; stderr: string }> {
  const { command, args } = serverCommand(words);
  return execa(command, args, { cwd: root, env: at.environment, extendEnv: false, reject: false, input });
}

/** Runs it in a terminal that a program made, and types. */
async function faked(at: World, words: string[], typed: string): Promise<string> {
  const { command, args } = serverCommand(words);
  const line = [command, ...args].map((word) => `'${word}'`).join(' ');
  const started = spawn('script', ['-qec', line, '/dev/null'], { cwd: root, env: at.environment });
  let output = '';
  const asked = new Promise<void>((resolve) => {
    started.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/declines: /.test(output)) resolve();
    });
  });
  const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()));
  await Promise.race([asked, ended]);
  started.stdin.write(`${typed}\r`);
  await ended;
  return output;
}

const approvals = async (at: World): Promise<string[]> => readdir(join(at.state.folder, 'approvals'));

describe('lockkeeper approve', () => {
  test('without a terminal nobody is asked', async () => {
    const at = await world();
    const plan = await at.plan(on('development'));
    const result = await lockkeeper(at, ['approve', plan.id], 'yes\n');
    expect(result.exitCode).toBe(4);
    expect(result.stderr).toContain('[APPROVAL_REQUIRED]');
    expect(await approvals(at)).toEqual([]);
  });

  test('a faked terminal passes level A, and only that: the answer says so', async () => {
    const at = await world();
    const low = await at.plan(on('development'));
    const output = await faked(at, ['approve', low.id], 'yes');
    expect(output).toContain('A program running as you could have answered too.');
    expect(output).toContain('CREATE INDEX "users_email_idx"');
    expect(await approvals(at)).toEqual([`${low.id}.json`]);
    const high = await at.plan(on('production'));
    expect(await faked(at, ['approve', high.id], 'shop')).toContain('nobody is enrolled');
    expect(await approvals(at)).toEqual([`${low.id}.json`]);
    const claimed = await claimApproval(at.state, low.id, { where: 'here', environment: at.environment });
    expect(claimed.approval).toMatchObject({ level: 'A', humanVerified: false, method: 'terminal' });
  });

  test('anything but yes declines', async () => {
    const at = await world();
    const plan = await at.plan(on('development'));
    expect(await faked(at, ['approve', plan.id], 'y')).toContain('[DECLINED]');
    expect(await approvals(at)).toEqual([]);
  });

  test('show, export, decline and what is wrong', async () => {
    const at = await world();
    const plan = await at.plan(on('production', { destructive: true }));
    const shown = await lockkeeper(at, ['approve', 'show', plan.id]);
    expect(shown.stdout).toContain('Apply 1 migration on PRODUCTION');
    const file = join(at.folder, 'plan.json');
    expect((await lockkeeper(at, ['approve', 'export', plan.id, '-o', file])).stdout).toContain('lockkeeper runner');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(plan);
    expect((await lockkeeper(at, ['approve', 'decline', plan.id])).exitCode).toBe(0);
    for (const words of [
      ['approve'],
      ['approve', 'plan-AAAAAAAAAAAAAAAAAAAAAA'],
      ['approve', 'export', plan.id],
      ['runner', file],
      ['audit', 'x'],
    ]) {
      const wrong = await lockkeeper(at, words);
      expect(wrong.exitCode).toBe(2);
      expect(wrong.stderr).toMatch(/\[[A-Z_]+\]\n {2}\S/);
    }
  });

  test('nobody reads the code or the passphrase from arguments', async () => {
    const at = await world();
    const plan = await at.plan(on('production'));
    expect((await lockkeeper(at, ['approve', plan.id, '--code=123456'])).stderr).toContain('[BAD_USAGE]');
    expect((await lockkeeper(at, ['approve', plan.id, '--yes'])).stderr).toContain('[BAD_USAGE]');
  });
});

describe('lockkeeper audit', () => {
  test('verifies, shows and exports; an edited export does not verify', async () => {
    const at = await world();
    const plan = await at.plan(on('development'));
    expect((await lockkeeper(at, ['audit', 'verify'])).stdout).toMatch(/^1 lines, unbroken/);
    expect((await lockkeeper(at, ['audit', 'show', '--plan', plan.id])).stdout).toContain('planned');
    const exported = join(at.folder, 'journal.jsonl');
    await lockkeeper(at, ['audit', 'export', '-o', exported]);
    expect((await lockkeeper(at, ['audit', 'verify', exported])).exitCode).toBe(0);
    await writeFile(exported, (await readFile(exported, 'utf8')).replace('development', 'throwaway'));
    const broken = await lockkeeper(at, ['audit', 'verify', exported]);
    expect(broken).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('Line 1 was changed') });
  });
});
