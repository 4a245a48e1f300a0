import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import type { AnalysisInput } from '../../src/sql/analysis.js';
import { fakeJudge } from '../support/fake-judge.js';
import { addFiles, prismaFiles, project } from '../support/project.js';

const context = (workingFolder: string, seen: AnalysisInput[] = []) => ({ workingFolder, environment: {}, loadJudge: fakeJudge(seen) });
const last = 'prisma/migrations/20260103000000_index';

describe('files and folders', () => {
  test.each([`${last}/migration.sql`, last])('%s of a stack is judged as its migration, after its history', async (path) => {
    const seen: AnalysisInput[] = [];
    const answer = await assess({ files: [path] }, context(await project(prismaFiles), seen));
    expect(seen).toHaveLength(1);
    expect(seen[0]?.historyIsComplete).toBe(true);
    expect(seen[0]?.units.map((unit) => [unit.migration, unit.judged])).toEqual([
      ['20260101000000_init', false],
      ['20260102000000_email', false],
      ['20260103000000_index', true],
    ]);
    expect(answer.statements.map((statement) => statement.migration)).toEqual(['20260103000000_index']);
    expect(answer.findings[0]?.source).toEqual({ file: `${last}/migration.sql`, line: 1 });
  });

  test('loose files are judged in the order of their names, folders with all SQL below', async () => {
    const seen: AnalysisInput[] = [];
    const root = await project({
      'db/b.sql': 'SELECT 2',
      'db/a/z.SQL': 'SELECT 3',
      'db/a.sql': 'SELECT 1',
      'db/readme.md': 'x',
      'db/node_modules/x.sql': 'SELECT 4',
    });
    await assess({ files: ['db'] }, context(root, seen));
    expect(seen[0]?.units.map((unit) => unit.file)).toEqual(['db/a.sql', 'db/a/z.SQL', 'db/b.sql']);
  });

  test('a file named twice is judged once', async () => {
    const answer = await assess({ files: ['a.sql', './a.sql', '.'] }, context(await project({ 'a.sql': 'SELECT 1' })));
    expect(answer.coverage).toMatchObject({ migrations: 1, statements: 1 });
  });

  test('what cannot be read is said and counted; the rest is judged', async () => {
    const root = await project({
      'good.sql': 'DROP TABLE x',
      'binary.sql': Buffer.from([1, 0, 2]),
      'latin.sql': Buffer.from([0x53, 0xe9, 0x20]),
      'huge.sql': Buffer.alloc(21 * 1024 * 1024, 32),
      'program.py': 'print(1)',
    });
    await symlink('loop.sql', join(root, 'loop.sql'));
    await symlink('/etc/hostname', join(root, 'outside.sql'));
    execFileSync('mkfifo', [join(root, 'pipe.sql')]);
    const files = [
      'good.sql',
      'missing.sql',
      'binary.sql',
      'latin.sql',
      'huge.sql',
      'program.py',
      'loop.sql',
      'outside.sql',
      'pipe.sql',
      '../elsewhere',
    ];
    const answer = await assess({ files }, context(root));
    expect(answer.risk).toBe('high');
    expect(answer.statements).toHaveLength(1);
    const codes = Object.fromEntries(answer.problems.map((problem) => [problem.file, problem.code]));
    expect(codes).toMatchObject({
      'missing.sql': 'PATH_NOT_FOUND',
      'binary.sql': 'NOT_TEXT',
      'latin.sql': 'NOT_TEXT',
      'huge.sql': 'FILE_TOO_LARGE',
      'loop.sql': 'UNREADABLE',
      'outside.sql': 'PATH_OUTSIDE_PROJECT',
      'pipe.sql': 'UNREADABLE',
    });
    expect(answer.coverage.unanalysed).toHaveLength(9);
    expect(answer.problems.every((problem) => problem.next !== '')).toBe(true);
  });

  test('without anything readable nothing is judged', async () => {
    const here = context(await project({ 'empty/readme.md': 'x' }));
    await expect(assess({ files: ['no.sql', 'neither.sql'] }, here)).rejects.toMatchObject({
      problem: { code: 'PATH_NOT_FOUND', message: expect.stringContaining('neither.sql') },
    });
    await expect(assess({ files: ['empty'] }, here)).rejects.toMatchObject({ problem: { code: 'PATH_NOT_FOUND' } });
    await expect(assess({ project: 'nowhere', sql: 'SELECT 1' }, here)).rejects.toMatchObject({ problem: { code: 'PATH_NOT_FOUND' } });
  });

  test('a folder with a link to itself ends', async () => {
    const root = await project({ 'db/a.sql': 'SELECT 1' });
    await symlink('.', join(root, 'db/self'));
    const answer = await assess({ files: ['db'] }, context(root));
    expect(answer.coverage.statements).toBe(1);
  });

  test('an empty file has no statements and is fine', async () => {
    expect(await assess({ files: ['a.sql'] }, context(await project({ 'a.sql': '' })))).toMatchObject({
      risk: 'low',
      coverage: { statements: 0, unanalysed: [] },
    });
  });

  test('a byte order mark is no part of the SQL', async () => {
    const answer = await assess({ files: ['a.sql'] }, context(await project({ 'a.sql': '\ufeffSELECT 1' })));
    expect(answer.statements[0]?.sql).toBe('SELECT 1');
  });
});

describe('migrations of a stack', () => {
  const names = async (input: object, files = prismaFiles): Promise<(string | null)[]> =>
    (await assess({ stack: 'prisma:.', ...input }, context(await project(files)))).statements.map((statement) => statement.migration);

  test('by name, by file, all, or after the last applied one', async () => {
    expect(await names({ migrations: ['20260102000000_email'] })).toEqual(['20260102000000_email']);
    expect(await names({ migrations: [`${last}/migration.sql`] })).toEqual(['20260103000000_index']);
    expect(await names({})).toHaveLength(3);
    expect(await names({ pending: true, applied: ['20260101000000_init'] })).toEqual(['20260102000000_email', '20260103000000_index']);
    expect(await names({ applied: ['20260103000000_index'] })).toEqual([]);
    expect(await names({ stack: undefined, migrations: ['20260102000000_email'] })).toEqual(['20260102000000_email']);
  });

  test('what is not there is said with what is', async () => {
    const here = context(await project(prismaFiles));
    await expect(assess({ stack: 'prisma:.', migrations: ['nope'] }, here)).rejects.toMatchObject({
      problem: { code: 'MIGRATION_NOT_FOUND', next: expect.stringContaining('20260103000000_index') },
    });
    await expect(assess({ stack: 'flyway:.' }, here)).rejects.toMatchObject({
      problem: { code: 'STACK_NOT_FOUND', next: expect.stringContaining('prisma:.') },
    });
    await expect(assess({ stack: 'prisma:.', pending: true }, here)).rejects.toMatchObject({
      problem: { code: 'BAD_USAGE', next: expect.stringContaining('--applied') },
    });
  });

  test('several stacks: one must be named', async () => {
    const root = await project(
      Object.fromEntries(['a', 'b'].flatMap((folder) => Object.entries(prismaFiles).map(([path, text]) => [`${folder}/${path}`, text]))),
    );
    await expect(assess({ migrations: ['20260102000000_email'] }, context(root))).rejects.toMatchObject({
      problem: { code: 'BAD_USAGE', next: expect.stringContaining('prisma:a') },
    });
  });

  test('another dialect is not judged', async () => {
    const files = {
      ...prismaFiles,
      'prisma/schema.prisma': prismaFiles['prisma/schema.prisma']?.replace('postgresql', 'mysql') ?? '',
      'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n',
    };
    const answer = await assess({ stack: 'prisma:.' }, context(await project(files)));
    expect(answer).toMatchObject({ risk: 'unknown', dialect: 'mysql' });
    expect(answer.coverage.unanalysed).toHaveLength(3);
  });

  test('migrations in Python are unknown, with the way to judge them', async () => {
    const root = await project({
      'alembic.ini': '[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://x/y\n',
      'requirements.txt': 'alembic==1.14.0\n',
      'migrations/env.py': 'from alembic import context\n',
      'migrations/script.py.mako': '',
      'migrations/versions/1a2b_first.py':
        'revision = "1a2b"\ndown_revision = None\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n',
      'migrations/versions/3c4d_second.py':
        'revision = "3c4d"\ndown_revision = "1a2b"\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n',
    });
    const answer = await assess({ files: ['migrations/versions/3c4d_second.py'] }, context(root));
    expect(answer.risk).toBe('unknown');
    expect(answer.coverage.unanalysed[0]?.next).toContain('Judge again with --render');
  });

  test('down scripts are judged right after their up scripts, unless left out', async () => {
    const root = await project({ 'go.mod': 'module x\n\ngo 1.24\n\nrequire github.com/pressly/goose/v3 v3.27.3\n' });
    const goose = (name: string): string => `-- +goose Up\nCREATE TABLE ${name} (id int);\n\n-- +goose Down\nDROP TABLE ${name};\n`;
    await addFiles(root, {
      'migrations/00001_a.sql': goose('a'),
      'migrations/00002_b.sql': goose('b'),
      '.env': 'GOOSE_DRIVER=postgres\nGOOSE_MIGRATION_DIR=migrations\n',
    });
    const seen: AnalysisInput[] = [];
    await assess({ files: ['migrations/00002_b.sql'], dialect: 'postgres' }, context(root, seen));
    expect(seen[0]?.units.map((unit) => [unit.migration, unit.direction, unit.judged])).toEqual([
      ['00001_a.sql', 'up', false],
      ['00002_b.sql', 'up', true],
      ['00002_b.sql', 'down', true],
    ]);
    const withoutDown: AnalysisInput[] = [];
    await assess({ files: ['migrations'], dialect: 'postgres', includeDown: false }, context(root, withoutDown));
    expect(withoutDown[0]?.units.map((unit) => unit.direction)).toEqual(['up', 'up']);
  });
});
