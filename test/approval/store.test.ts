import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { loadPlan, openState, refuseStale, staleness } from '../../src/approve/index.js';
import { strengthOf } from '../../src/approve/who-can-write.js';
import { on, world, worldOf } from './support/world.js';

describe('the store', () => {
  test('folders are 0700 and files 0600, and nothing lies in the project', async () => {
    const at = await world();
    await at.plan();
    const entries = await readdir(at.state.folder, { recursive: true, withFileTypes: true });
    expect(entries.length).toBeGreaterThan(6);
    for (const entry of entries) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
    expect(await readdir(join(at.folder, 'project'))).toEqual([]);
    await expect(openState(at.environment, { project: at.folder })).rejects.toMatchObject({ problem: { code: 'STORE_UNSAFE' } });
  });

  test.each(['', 'plans', 'approvals', 'journal'])('is refused when others may write to its folder "%s"', async (part) => {
    const at = await world();
    await chmod(join(at.state.folder, part), 0o722);
    await expect(openState(at.environment)).rejects.toMatchObject({ problem: { code: 'STORE_UNSAFE', next: expect.any(String) } });
  });

  test('is refused when a part of it is a link, or a folder above it is open to all', async () => {
    const at = await world();
    const open = join(at.folder, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    await expect(openState({ ...at.environment, LOCKKEEPER_STATE: join(open, 'state') })).rejects.toMatchObject({
      problem: { code: 'STORE_UNSAFE' },
    });
    const linked = join(at.folder, 'linked');
    await mkdir(linked, { mode: 0o700 });
    await symlink(join(at.state.folder, 'plans'), join(linked, 'plans'));
    await expect(openState({ ...at.environment, LOCKKEEPER_STATE: linked })).rejects.toMatchObject({ problem: { code: 'STORE_UNSAFE' } });
  });

  test('a plan comes back as it was stored; a changed byte, a foreign id and time are refused', async () => {
    const at = await world();
    const plan = await at.plan();
    expect(await loadPlan(at.state, plan.id)).toEqual(plan);
    const file = join(at.state.folder, 'plans', `${plan.id}.json`);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('CREATE INDEX', 'CREATE  INDEX'));
    await expect(loadPlan(at.state, plan.id)).rejects.toMatchObject({ problem: { code: 'PLAN_ALTERED' } });
    await writeFile(file, text);
    const other = await at.plan({ warnings: ['another'] });
    await writeFile(file, JSON.stringify(other));
    await expect(loadPlan(at.state, plan.id)).rejects.toMatchObject({ problem: { code: 'PLAN_ALTERED' } });
    at.later(16 * 60_000);
    await expect(loadPlan(at.state, other.id)).rejects.toMatchObject({
      problem: { code: 'PLAN_STALE', message: expect.stringContaining('expired') },
    });
  });

  test('what changed is said, each thing by its name', async () => {
    const plan = await (await world()).plan(on('staging'));
    const same = worldOf(plan);
    expect(staleness(plan, same)).toEqual([]);
    const says = (changed: object): string => staleness(plan, { ...same, ...changed }).join('; ');
    expect(says({ lockkeeperVersion: '9.9.9' })).toMatch(/^lockkeeper was .* and is 9\.9\.9$/);
    expect(says({ toolVersion: null })).toBe('prisma was 6.19.0 and is unknown');
    expect(says({ policyHash: 'x' })).toBe('the policy changed');
    expect(says({ schema: 'x' })).toBe('the schema of the database changed');
    expect(says({ history: 'x' })).toBe('the history of migrations changed');
    expect(says({ files: {} })).toBe('prisma/migrations/20260103000000_index/migration.sql is gone');
    expect(says({ target: { ...same.target, role: 'other' } })).toBe('the role was app_owner and is other');
    expect(says({ target: { ...same.target, version: 18 } })).toBe('the server’s major version was 17 and is 18');
    expect(() => refuseStale(plan, { ...same, schema: 'x' })).toThrow(/no longer stands: the schema/);
  });
});

describe('who can write a file', () => {
  test('what belongs to root all the way up is out of reach of others, and they really cannot write it', async () => {
    expect(await strengthOf('/etc/passwd', 65534)).toMatchObject({ strong: true });
    if (process.getuid?.() === 0) {
      const tried = await execa('sh', ['-c', 'echo x >> /etc/passwd'], { uid: 65534, gid: 65534, reject: false });
      expect(tried.exitCode).not.toBe(0);
    }
  });

  test('a file of the user, one in a folder that others may write to, a missing one, and any file for root are weak', async () => {
    const at = await world();
    const own = join(at.folder, 'own');
    await writeFile(own, '');
    const me = process.getuid?.() ?? 0;
    expect((await strengthOf(own, me)).strong).toBe(false);
    expect(await strengthOf('/etc/passwd', 0)).toMatchObject({ strong: false, why: expect.stringContaining('root') });
    expect((await strengthOf('/tmp/lockkeeper-is-not-there', 65534)).strong).toBe(false);
  });
});
