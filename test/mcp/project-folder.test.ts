import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectChooser } from '../../src/mcp/project-folder.js';
import { projectWith } from './support/folders.js';

let project: Awaited<ReturnType<typeof projectWith>>;
beforeAll(async () => {
  project = await projectWith({ 'packages/db/a.sql': '' });
  await symlink(tmpdir(), join(project.folder, 'out'));
});
afterAll(() => project.remove());

describe('without a fixed project', () => {
  test.each([
    [{ CLAUDE_PROJECT_DIR: '/a', LOCKKEEPER_PROJECT: '/b' }, '/a'],
    [{ LOCKKEEPER_PROJECT: '/b' }, '/b'],
    [{ CLAUDE_PROJECT_DIR: '' }, '/start'],
    [{}, '/start'],
  ])('%j starts in %s', async (environment, workingFolder) => {
    expect(await projectChooser(undefined, environment, '/start')(undefined)).toEqual({ workingFolder, project: undefined });
    expect(await projectChooser(undefined, environment, '/start')('/c')).toEqual({ workingFolder, project: '/c' });
  });
});

describe('with a fixed project', () => {
  const choose = (argument?: string) => projectChooser(project.folder, { CLAUDE_PROJECT_DIR: '/a' }, '/start')(argument);

  test('it wins over the environment', async () => {
    expect(await choose()).toEqual({ workingFolder: project.folder, project: undefined });
  });
  test.each(['.', 'packages/db', './packages/../packages'])('%s is inside', async (argument) => {
    expect(await choose(argument)).toEqual({ workingFolder: project.folder, project: argument });
  });
  test.each(['..', '/', 'packages/../..', 'out', '/etc', '../lockkeeper-mcp-neighbour'])('%s is refused', async (argument) => {
    await expect(choose(argument)).rejects.toMatchObject({ problem: { code: 'PATH_OUTSIDE_PROJECT' } });
  });
});
