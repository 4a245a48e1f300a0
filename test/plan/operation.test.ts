/** The operation on projects, without a database: history as the schema, phases as files, uses, what is refused. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanChange } from '../../src/core/plan-change.js';
import { assess } from '../../src/operations/assess.js';
import type { OperationContext } from '../../src/operations/context.js';
import { plan } from '../../src/operations/plan.js';
import { readChanges } from '../../src/operations/plan-change-schema.js';
import { waitingRemarks } from '../../src/operations/waiting.js';
import { writePhase } from '../../src/operations/write-phase.js';
import { addFiles, project } from '../support/project.js';

let state: string;
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'lockkeeper-state-'));
});
afterAll(() => rm(state, { recursive: true, force: true }));

const shop: Record<string, string> = {
  '.env': 'GOOSE_DRIVER=postgres\nGOOSE_MIGRATION_DIR=./migrations\n',
  'migrations/00001_init.sql':
    '-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, legacy text);\nCREATE INDEX users_name_idx ON users (name);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n-- +goose Down\nDROP TABLE orders;\nDROP TABLE users;\n',
  'internal/users.go': 'package internal\n\nconst byName = `SELECT id, legacy FROM users WHERE name = $1`\n',
};
const context = (root: string): OperationContext => ({
  workingFolder: root,
  environment: { LOCKKEEPER_STATE: state, PATH: process.env.PATH },
});
const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: { problem?: { code: string } }) => error.problem?.code ?? String(error),
  );
const planFor = (root: string, change: PlanChange, way?: string) =>
  plan({ changes: [change], ...(way === undefined ? {} : { way }) }, context(root));

describe('the schema of a plan', () => {
  test('comes from the migrations when there is no database', async () => {
    const made = await planFor(await project(shop), { kind: 'renameColumn', table: 'users', column: 'name', to: 'full_name' });
    expect(made).toMatchObject({ status: 'plan', basis: 'history', tool: 'goose' });
    expect(made.phases.map((phase) => phase.stage)).toEqual(['expand', 'fill', 'deploy', 'contract']);
    expect(made.phases.flatMap((phase) => phase.steps).filter((step) => step.effects.locks.length === 0 && step.backfill === null)).toEqual(
      [],
    );
  });

  test('unknown: the plan says what it needs, and loses no key', async () => {
    const root = await project({ 'README.md': 'nothing' });
    const made = await planFor(root, { kind: 'changeType', table: 'users', column: 'id', type: 'bigint' });
    expect(made.status).toBe('needsFacts');
    expect(made.phases).toEqual([]);
    expect(made.needs[0]?.how).toMatch(/address of the database/);
  });

  test('a name that is not there is refused with what is there', async () => {
    const root = await project(shop);
    expect(await code(planFor(root, { kind: 'dropColumn', table: 'users', column: 'nobody' }))).toBe('BAD_USAGE');
    expect(await code(planFor(root, { kind: 'dropColumn', table: 'nothing', column: 'a' }))).toBe('BAD_USAGE');
  });

  test('an expression cannot smuggle in a second statement', async () => {
    const change: PlanChange = { kind: 'setDefault', table: 'users', column: 'legacy', default: "'x'; DROP TABLE users" };
    expect(await code(planFor(await project(shop), change))).toBe('BAD_USAGE');
    const filled: PlanChange = { kind: 'setNotNull', table: 'users', column: 'legacy', fill: "'x'; DROP TABLE users; SELECT 1" };
    expect(await code(planFor(await project(shop), filled))).toBe('BAD_USAGE');
  });
});

describe('unsafe SQL', () => {
  const rewritten = async (sql: string) => plan({ sql }, context(await project(shop)));

  test('a harmless script stays one file', async () => {
    const made = await rewritten('CREATE TABLE notes (id bigint PRIMARY KEY); ALTER TABLE users ADD COLUMN nick text;');
    expect(made.status).toBe('direct');
    expect(made.phases).toHaveLength(1);
  });

  test('each statement gets its own way, also within one ALTER TABLE', async () => {
    const made = await rewritten(
      'ALTER TABLE orders ADD CONSTRAINT owner FOREIGN KEY (user_id) REFERENCES users (id), ALTER COLUMN user_id SET NOT NULL; CREATE INDEX orders_user ON orders (user_id);',
    );
    const sql = made.phases.flatMap((phase) => phase.steps).flatMap((step) => step.sql);
    expect(sql.filter((each) => /NOT VALID$/.test(each))).toHaveLength(2);
    expect(sql).toContain('CREATE INDEX CONCURRENTLY orders_user ON orders (user_id)');
  });

  test('what the plan makes of it is judged by the rules without a high finding', async () => {
    const root = await project(shop);
    const made = await plan(
      { sql: 'CREATE INDEX orders_user ON orders (user_id); ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);' },
      context(root),
    );
    for (const step of made.phases.flatMap((phase) => phase.steps)) {
      const guard = step.guards === null ? '' : "SET lock_timeout = '2s';\n";
      const judged = await assess(
        { sql: guard + step.sql.join(';\n'), dialect: 'postgres', transaction: step.mode === 'transaction' ? 'per-file' : 'none' },
        context(root),
      );
      expect(
        judged.findings.filter((finding) => finding.severity === 'high').map((finding) => finding.rule),
        step.title,
      ).toEqual([]);
    }
  });

  test('a migration of the stack can be rewritten', async () => {
    const root = await project({ ...shop, 'migrations/00002_index.sql': '-- +goose Up\nCREATE INDEX late ON users (legacy);\n' });
    const made = await plan({ migration: '00002_index.sql' }, context(root));
    expect(made.phases.flatMap((phase) => phase.steps)[0]?.sql[1]).toBe('CREATE INDEX CONCURRENTLY late ON users (legacy)');
  });
});

describe('intents from outside', () => {
  test('a wrong one is refused with the kinds there are', () => {
    expect(() => readChanges({ kind: 'explode', table: 'users' })).toThrow(/not as it must be/);
    expect(() => readChanges({ kind: 'dropColumn', table: 'users' })).toThrow(/column/);
    expect(() => readChanges({ kind: 'dropColumn', table: 'users', column: 'a', extra: 1 })).toThrow(/not as it must be/);
    expect(readChanges({ kind: 'dropColumn', table: 'users', column: 'a' })).toEqual([{ kind: 'dropColumn', table: 'users', column: 'a' }]);
  });
});

describe('files and uses', () => {
  test('phases are written in order, and the one that takes away is refused while code uses it', async () => {
    const root = await project(shop);
    const made = await planFor(root, { kind: 'dropColumn', table: 'users', column: 'legacy' });
    expect(made.usage?.found[0]).toMatchObject({ file: 'internal/users.go', line: 3, sure: 'certain', use: 'reads' });
    const contract = made.phases.find((phase) => phase.stage === 'contract')!;
    const write = (phase: number, more = {}) => writePhase({ plan: made.id, phase, ...more }, context(root));
    expect(await code(write(contract.number))).toBe('STILL_USED');
    expect(await code(write(1))).toBe('BAD_USAGE');
    await addFiles(root, { 'internal/users.go': 'package internal\n\nconst byName = `SELECT id FROM users WHERE name = $1`\n' });
    const written = await write(contract.number);
    expect(written.migrations).toEqual(['00002_drop_legacy_of_users_2_1.sql']);
    const text = await readFile(join(root, written.files[0]!.path), 'utf8');
    expect(text).toContain("SET LOCAL lock_timeout = '2s';\nALTER TABLE public.users DROP COLUMN legacy;");
    expect(text).toContain('ADD COLUMN legacy text');
    expect(await code(write(contract.number))).toBe('BAD_USAGE');
  });

  test('a step outside a transaction opts out in the tool’s own way', async () => {
    const root = await project(shop);
    const made = await planFor(root, { kind: 'addIndex', table: 'orders', columns: ['user_id'], name: 'orders_user' });
    const written = await writePhase({ plan: made.id, phase: 1 }, context(root));
    expect(await readFile(join(root, written.files[0]!.path), 'utf8')).toMatch(
      /^-- \+goose NO TRANSACTION\n-- \+goose Up\nDROP INDEX CONCURRENTLY IF EXISTS public\.orders_user;\nCREATE INDEX CONCURRENTLY/,
    );
  });

  test('plans are kept where only the user reads them', async () => {
    const root = await project(shop);
    const made = await planFor(root, { kind: 'dropColumn', table: 'users', column: 'legacy' });
    expect((await stat(join(state, 'safe-plans'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(state, 'safe-plans', `${made.id}.json`))).mode & 0o777).toBe(0o600);
  });

  test('a phase that is begun is shown as waiting until it is written', async () => {
    const root = await project(shop);
    const made = await planFor(root, { kind: 'renameColumn', table: 'users', column: 'name', to: 'full_name' });
    const { waitingPhases } = await import('../../src/plan/store.js');
    const waiting = () => waitingPhases(root, { LOCKKEEPER_STATE: state });
    expect(await waiting()).toEqual([]);
    for (const phase of [1, 2]) await writePhase({ plan: made.id, phase }, context(root));
    expect(await waitingRemarks(root, context(root))).toMatchObject([
      { code: 'CONTRACT_WAITS', next: expect.stringContaining(`--write ${made.id} --phase 4`) },
    ]);
    expect((await waiting())[0]).toMatchObject({
      plan: made.id,
      phase: 4,
      says: expect.stringContaining('waits for the deploy "Code with the new name"'),
    });
  });
});
