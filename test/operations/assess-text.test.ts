import { describe, expect, test } from 'vitest';
import { assess } from '../../src/operations/assess.js';
import type { AnalysisInput } from '../../src/sql/analysis.js';
import { fakeJudge } from '../support/fake-judge.js';
import { prismaFiles, project } from '../support/project.js';

const context = (workingFolder: string, seen: AnalysisInput[] = []) => ({ workingFolder, environment: {}, loadJudge: fakeJudge(seen) });

describe('SQL text', () => {
  test('is judged on its own', async () => {
    const seen: AnalysisInput[] = [];
    const answer = await assess({ sql: 'SELECT 1; DROP TABLE x' }, context(await project({}), seen));
    expect(answer).toMatchObject({ risk: 'high', destructive: true, dialect: 'postgres', serverVersion: null, assumedServerVersion: 18 });
    expect(answer.coverage).toEqual({ migrations: 1, statements: 2, analysed: 2, unanalysed: [] });
    expect(seen[0]).toMatchObject({
      version: 18,
      historyIsComplete: false,
      units: [{ judged: true, transactionMode: 'automatic', file: null }],
    });
  });

  test('what cannot be analysed makes the risk unknown, and high stays high', async () => {
    const here = context(await project({}));
    expect((await assess({ sql: 'GIBBERISH' }, here)).risk).toBe('unknown');
    expect((await assess({ sql: 'GIBBERISH; CREATE INDEX i' }, here)).risk).toBe('unknown');
    expect((await assess({ sql: 'GIBBERISH; DROP TABLE x' }, here)).risk).toBe('high');
  });

  test.each(['mysql', 'mariadb', 'sqlite'] as const)('%s is not judged, so its risk is unknown', async (dialect) => {
    const answer = await assess({ sql: 'SELECT 1', dialect }, context(await project({})));
    expect(answer).toMatchObject({ risk: 'unknown', dialect, coverage: { statements: 0 } });
    expect(answer.coverage.unanalysed).toHaveLength(1);
  });

  test('a stack gives its history and its transaction mode', async () => {
    const seen: AnalysisInput[] = [];
    const answer = await assess({ sql: 'SELECT 1', stack: 'prisma:.' }, context(await project(prismaFiles), seen));
    expect(answer.coverage.migrations).toBe(1);
    expect(seen[0]?.historyIsComplete).toBe(true);
    expect(seen[0]?.units.map((unit) => unit.judged)).toEqual([false, false, false, true]);
    expect(seen[0]?.units.at(-1)?.transactionMode).toBe(seen[0]?.units[0]?.transactionMode);
  });

  test('a schema file replaces the history', async () => {
    const seen: AnalysisInput[] = [];
    const root = await project({ ...prismaFiles, 'schema.sql': 'CREATE TABLE x (id int);' });
    await assess({ sql: 'SELECT 1', stack: 'prisma:.', schema: 'schema.sql' }, context(root, seen));
    expect(seen[0]?.units.map((unit) => unit.file)).toEqual(['schema.sql', null]);
    expect(seen[0]?.historyIsComplete).toBe(true);
  });

  test('the configuration switches rules and accepts findings', async () => {
    const config = { rules: {} };
    const root = await project({ 'lockkeeper.config.json': JSON.stringify(config) });
    expect((await assess({ sql: 'SELECT 1' }, context(root))).risk).toBe('low');
  });

  test('asks for a look at the target when that would settle something', async () => {
    const answer = await assess({ sql: 'CREATE INDEX i' }, context(await project({})));
    expect(answer.nextStep).toMatchObject({ tool: 'assess_risk', arguments: { sql: 'CREATE INDEX i', databaseVariable: 'DATABASE_URL' } });
  });

  test('a version is taken as given; what is newer than the facts is a gap', async () => {
    const here = context(await project({}));
    expect(await assess({ sql: 'SELECT 1', serverVersion: 14 }, here)).toMatchObject({
      risk: 'low',
      serverVersion: 14,
      assumedServerVersion: 14,
    });
    expect(await assess({ sql: 'SELECT 1', serverVersion: 19 }, here)).toMatchObject({
      risk: 'unknown',
      serverVersion: 19,
      assumedServerVersion: 18,
    });
    await expect(assess({ sql: 'SELECT 1', serverVersion: 13 }, here)).rejects.toMatchObject({ problem: { code: 'DATABASE_TOO_OLD' } });
    await expect(assess({ sql: 'SELECT 1', serverVersion: 1.5 }, here)).rejects.toMatchObject({ problem: { code: 'BAD_USAGE' } });
  });

  test('a cancelled call stops', async () => {
    const signal = AbortSignal.abort();
    await expect(assess({ sql: 'SELECT 1' }, { ...context(await project({})), signal })).rejects.toMatchObject({
      problem: { code: 'CANCELLED' },
    });
  });

  test('a variable that is not set is said, without a value', async () => {
    const call = assess({ sql: 'SELECT 1', databaseVariable: 'NOT_THERE' }, context(await project({})));
    await expect(call).rejects.toMatchObject({ problem: { code: 'DATABASE_VARIABLE_UNSET' } });
  });

  test.each([
    [{}],
    [{ sql: ' ' }],
    [{ sql: 'SELECT 1', files: ['a.sql'] }],
    [{ sql: 'SELECT 1', base: 'main' }],
    [{ files: ['a.sql'], stack: 'prisma:.' }],
    [{ base: '-x' }],
    [{ stack: 'prisma:.', migrations: ['x'], pending: true }],
  ])('bad usage: %j', async (input) => {
    await expect(assess(input, context(await project(prismaFiles)))).rejects.toMatchObject({ problem: { code: 'BAD_USAGE' } });
  });
});
