import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import { review } from '../../src/operations/review.js';
import { fakeJudge } from '../support/fake-judge.js';
import { addFiles, prismaFiles, project } from '../support/project.js';

const context = (workingFolder: string) => ({ workingFolder, environment: {}, loadJudge: fakeJudge() });

function git(root: string, ...words: string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...identity, ...words], { cwd: root, stdio: 'pipe' });
}

/** A repository whose branch `change` adds a committed, a staged and a new migration, and changes an old one. */
async function repository(): Promise<string> {
  const root = await project(prismaFiles);
  git(root, 'init');
  git(root, 'add', '.');
  git(root, 'commit', '-m', 'first');
  git(root, 'checkout', '-b', 'change');
  await addFiles(root, { 'prisma/migrations/20260104000000_committed/migration.sql': 'DROP TABLE a;' });
  git(root, 'add', '.');
  git(root, 'commit', '-m', 'second');
  await addFiles(root, { 'prisma/migrations/20260105000000_staged/migration.sql': 'DROP TABLE b;' });
  git(root, 'add', '.');
  await addFiles(root, {
    'prisma/migrations/20260106000000_new ü/migration.sql': 'DROP TABLE c;',
    'prisma/migrations/20260102000000_email/migration.sql': 'SELECT 1;',
  });
  return root;
}

describe('what a branch adds', () => {
  test('committed, staged, new and changed migrations are judged, the others are history', async () => {
    const answer = await assess({ base: 'main' }, context(await repository()));
    expect(answer.statements.map((statement) => statement.migration)).toEqual([
      '20260102000000_email',
      '20260104000000_committed',
      '20260105000000_staged',
      '20260106000000_new ü',
    ]);
    expect(answer.coverage.migrations).toBe(4);
  });

  test('review takes the main branch by itself', async () => {
    expect((await review({}, context(await repository()))).coverage.migrations).toBe(4);
  });

  test('a project below the root of the repository sees its own files', async () => {
    const files = Object.fromEntries(Object.entries(prismaFiles).map(([path, text]) => [`services/shop/${path}`, text]));
    const root = await project(files);
    git(root, 'init');
    git(root, 'add', '.');
    git(root, 'commit', '-m', 'first');
    await addFiles(root, {
      'services/shop/prisma/migrations/20260104000000_new/migration.sql': 'DROP TABLE a;',
      'other/x.sql': 'SELECT 1',
    });
    const answer = await assess({ base: 'main', project: 'services/shop' }, context(root));
    expect(answer.statements.map((statement) => statement.source?.file)).toEqual(['prisma/migrations/20260104000000_new/migration.sql']);
    expect(answer.problems).toEqual([]);
  });

  test('a branch without migrations is fine; a removed one is not judged', async () => {
    const root = await project(prismaFiles);
    git(root, 'init');
    git(root, 'add', '.');
    git(root, 'commit', '-m', 'first');
    await rm(join(root, 'prisma/migrations/20260103000000_index'), { recursive: true });
    await addFiles(root, { 'readme.md': 'x' });
    expect(await assess({ base: 'HEAD' }, context(root))).toMatchObject({ risk: 'low', coverage: { migrations: 0 }, problems: [] });
  });

  test('SQL that belongs to no tool, and a changed configuration, are named', async () => {
    const root = await repository();
    await addFiles(root, { 'queries/report.sql': 'SELECT 1', 'lockkeeper.config.json': '{}' });
    const { problems } = await assess({ base: 'main' }, context(root));
    expect(problems.map((problem) => problem.code).sort()).toEqual(['CONFIG_CHANGED', 'NOT_SUPPORTED_YET']);
  });

  test.each(['no-such-branch', 'HEAD~99'])('%s is no revision', async (base) => {
    await expect(assess({ base }, context(await repository()))).rejects.toMatchObject({ problem: { code: 'GIT_FAILED' } });
  });

  test('a folder without git, and a repository without a commit', async () => {
    await expect(assess({ base: 'main' }, context(await project({})))).rejects.toMatchObject({ problem: { code: 'GIT_FAILED' } });
    const root = await project({});
    git(root, 'init');
    await expect(review({}, context(root))).rejects.toMatchObject({ problem: { code: 'GIT_FAILED' } });
  });

  test('histories without a common ancestor', async () => {
    const root = await repository();
    git(root, 'checkout', '-f', '--orphan', 'other');
    git(root, 'commit', '--allow-empty', '-m', 'alone');
    await expect(assess({ base: 'main' }, context(root))).rejects.toMatchObject({
      problem: { code: 'GIT_FAILED', message: expect.stringContaining('common ancestor') },
    });
  });

  test('a revision is never an option of git', async () => {
    await expect(assess({ base: '--output=x' }, context(await repository()))).rejects.toMatchObject({ problem: { code: 'BAD_USAGE' } });
  });
});
