import { describe, expect, test } from 'vitest';
import { classify, loadPolicy, refusals, requiredLevel, type TargetEvidence } from '../../src/approve/index.js';
import type { RunPlanBody } from '../../src/core/run-plan.js';
import { humanFile, on, world } from './support/world.js';

const identity = { engine: 'postgres', systemIdentifier: '42', database: 'shop_dev', version: 17, role: 'me' } as const;
const local: TargetEvidence = { identity, loopback: true, sizeBytes: 50_000_000, otherClients: 2, replicas: 0, marker: null };

describe('the class of a target', () => {
  test('unknown is production, and evidence alone makes development only when all of it speaks for it', async () => {
    const policy = await loadPolicy((await world()).environment);
    expect(classify(local, policy).class).toBe('development');
    const doubts: Partial<TargetEvidence>[] = [
      { loopback: false },
      { sizeBytes: null },
      { sizeBytes: 6 * 1024 ** 3 },
      { otherClients: 11 },
      { otherClients: null },
      { replicas: 1 },
      { replicas: null },
      { identity: { ...identity, database: 'shop' } },
      { identity: { ...identity, database: 'prod_test' } },
    ];
    for (const doubt of doubts)
      expect(classify({ ...local, ...doubt }, policy)).toMatchObject({
        class: 'production',
        basis: expect.stringContaining('nobody said'),
      });
  });

  test('people’s list counts for exactly that database on exactly that server', async () => {
    const at = await world();
    await humanFile(at, 'policy.json', { targets: [{ database: 'shop_dev', systemIdentifier: '42', class: 'staging' }] });
    const policy = await loadPolicy(at.environment);
    expect(classify({ ...local, loopback: false }, policy).class).toBe('staging');
    expect(classify({ ...local, loopback: false, identity: { ...identity, systemIdentifier: '43' } }, policy).class).toBe('production');
    expect(classify({ ...local, loopback: false, identity: { ...identity, systemIdentifier: null } }, policy).class).toBe('production');
  });

  test('a marker counts, but not against a list that is stricter, nor against evidence, nor when it is no class', async () => {
    const at = await world();
    const none = await loadPolicy(at.environment);
    expect(classify({ ...local, loopback: false, marker: 'throwaway' }, none).class).toBe('throwaway');
    expect(classify({ ...local, marker: 'development', replicas: 2 }, none).class).toBe('production');
    expect(classify({ ...local, marker: 'throwaway', identity: { ...identity, database: 'shop_production' } }, none).class).toBe(
      'production',
    );
    expect(classify({ ...local, marker: 'harmless' }, none).class).toBe('production');
    await humanFile(at, 'policy.json', { targets: [{ database: 'shop_dev', systemIdentifier: '42', class: 'staging' }] });
    const listed = await loadPolicy(at.environment);
    expect(classify({ ...local, marker: 'throwaway' }, listed).class).toBe('staging');
    // A physical copy of production has the identity of production.
    expect(classify({ ...local, marker: 'production' }, listed).class).toBe('production');
  });
});

describe('levels', () => {
  test('what holds without a file; destructive raises by one and wants the name typed', async () => {
    const policy = await loadPolicy((await world()).environment);
    const table = (['throwaway', 'development', 'staging', 'production'] as const).map((each) =>
      [requiredLevel(policy, each, false), requiredLevel(policy, each, true)].map(
        ({ level, typedName }) => `${level}${typedName ? ' typed' : ''}`,
      ),
    );
    expect(table).toEqual([
      ['none', 'none'],
      ['A', 'B typed'],
      ['A', 'B typed'],
      ['B typed', 'C typed'],
    ]);
  });

  test('nobody can take production below B, and a repository can only tighten', async () => {
    const at = await world();
    await humanFile(at, 'policy.json', { levels: { production: { level: 'none', destructive: 'A' }, development: { level: 'none' } } });
    const own = await loadPolicy(at.environment);
    expect(own.levels.production).toEqual({ level: 'B', destructive: 'B' });
    expect(own.levels.development.level).toBe('none');
    const tightened = await loadPolicy(at.environment, {
      levels: { development: { level: 'B' }, production: { level: 'A' } },
      onlyListed: true,
    });
    expect(tightened.levels.development.level).toBe('B');
    expect(tightened.levels.production.level).toBe('B');
    expect(tightened.onlyListed).toBe(true);
    expect(tightened.hash).not.toBe(own.hash);
  });

  test.each([
    ['no JSON', '{'],
    ['a misspelt key', { onlyListd: true }],
    ['a server left out', { targets: [{ database: 'x', class: 'throwaway' }] }],
  ])('a file with %s stops everything', async (_, content) => {
    const at = await world();
    await humanFile(at, 'policy.json', content);
    await expect(loadPolicy(at.environment)).rejects.toMatchObject({ problem: { code: 'POLICY_INVALID', next: expect.any(String) } });
  });
});

describe('never through lockkeeper, but on a throw-away', () => {
  const withSql = async (sql: string, commands = [['npx', 'prisma', 'migrate', 'deploy']]): Promise<RunPlanBody> => {
    const plan = await (await world()).plan(on('staging'));
    const first = plan.migrations[0]!;
    return { ...plan, migrations: [{ ...first, commands, statements: [{ ...first.statements[0]!, sql }] }] };
  };

  test.each([
    'DROP DATABASE shop',
    'drop /* x */ database if exists "shop" with (force)',
    'DROP SCHEMA public CASCADE',
    'DROP OWNED BY app',
    "ALTER DATABASE shop SET lockkeeper.class = 'throwaway'",
    'ALTER DATABASE shop SET "lockkeeper.class" TO throwaway',
    "DO $$ BEGIN EXECUTE 'DROP SCHEMA public CASCADE'; END $$",
  ])('%s', async (sql) => {
    const body = await withSql(sql);
    expect(refusals(body)).toHaveLength(1);
    expect(refusals({ ...body, target: { ...body.target, class: 'throwaway' } })).toEqual([]);
  });

  test.each([
    [['npx', 'prisma', 'migrate', 'reset']],
    [['npx', 'drizzle-kit', 'push']],
    [['flyway', 'clean']],
    [['python', 'manage.py', 'flush']],
    [['diesel', 'database', 'reset']],
    [['goose', 'reset']],
  ])('%j', async (command) => {
    expect(refusals(await withSql('SELECT 1', [command]))).toHaveLength(1);
  });

  test('what only looks like it is let pass', async () => {
    for (const sql of ['-- DROP DATABASE shop\nSELECT 1', 'DROP SCHEMA old_reports', 'DROP TABLE reset'])
      expect(refusals(await withSql(sql))).toEqual([]);
    for (const command of [
      ['npx', 'prisma', 'migrate', 'deploy'],
      ['alembic', 'upgrade', 'head'],
      ['goose', 'up-by-one'],
      ['python', 'manage.py', 'migrate', 'shop', '0002'],
    ]) {
      expect(refusals(await withSql('SELECT 1', [command]))).toEqual([]);
    }
  });
});
