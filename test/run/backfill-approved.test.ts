/** From a safe plan to a backfill that was approved, on a real server: what changes between approval and run stops it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backfillCommand } from '../../src/cli/commands/backfill.js';
import { approveByConsent, ask } from '../../src/operations/approve.js';
import { auditLines } from '../../src/operations/audit.js';
import { backfillThrowAway, prepareBackfill } from '../../src/operations/backfill.js';
import type { OperationContext } from '../../src/operations/context.js';
import { plan as makePlan } from '../../src/operations/plan.js';
import { checkPlan, runApproved } from '../../src/operations/run-plan.js';
import { administer } from '../databases/support/servers.js';
import { testServers } from '../support/servers.js';

const server = testServers().at(-1);

describe.skipIf(server === undefined && !process.env.CI)('a backfill that is approved', { timeout: 120_000 }, () => {
  const name = `approved_${process.pid}`;
  const url = server?.url(name) ?? '';
  let folder: string;
  let context: OperationContext;
  let plan: Awaited<ReturnType<typeof makePlan>>;
  const request = () => ({ plan: plan.id, databaseVariable: 'TARGET_URL' });
  const step = async (id: string): Promise<void> => {
    await administer(url, ...(plan.phases.flatMap((phase) => phase.steps).find((each) => each.id === id)?.sql ?? []));
  };
  const approve = async (planId: string): Promise<void> => {
    const { question } = await checkPlan(planId, context);
    const { challenge } = await ask(question, { method: 'terminal' });
    await approveByConsent(question, { challenge, typed: question.plan.typedName }, { method: 'terminal', by: 'a test' });
  };
  const left = () => administer(url, 'SELECT FROM users WHERE full_name IS DISTINCT FROM name');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockkeeper-approved-'));
    const environment = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      LOCKKEEPER_STATE: join(folder, 'state'),
      LOCKKEEPER_CONFIG: join(folder, 'config'),
      TARGET_URL: url,
    };
    const project = await mkdtemp(join(tmpdir(), 'lockkeeper-project-'));
    context = { workingFolder: project, environment };
    await administer(server?.adminUrl ?? '', `CREATE DATABASE ${name}`, `ALTER DATABASE ${name} SET lockkeeper.class = 'development'`);
    await administer(
      url,
      "CREATE TABLE users (id integer PRIMARY KEY, name text); INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 3000) AS i",
    );
    plan = await makePlan(
      { changes: [{ kind: 'renameColumn', table: 'users', column: 'name', to: 'full_name' }], databaseVariable: 'TARGET_URL' },
      context,
    );
  });
  afterAll(async () => {
    await administer(server?.adminUrl ?? '', `DROP DATABASE ${name} WITH (FORCE)`);
    await rm(folder, { recursive: true, force: true });
  });

  test('waits for the steps before it', async () => {
    await expect(prepareBackfill(request(), context)).rejects.toThrow('The backfill must wait: step 1.1');
    await step('1.1');
  });

  test('is counted, shown, approved and run once; nothing runs before', async () => {
    const answer = await prepareBackfill(request(), context);
    expect(answer).toMatchObject({ status: 'approval_required', target: { class: 'development' }, destructive: false });
    const { question } = await checkPlan(answer.planId, context);
    expect(question.sheet.heading).toBe('Change 3000 rows of public.users on DEVELOPMENT');
    expect(question.sheet.migrations[0]?.statements[0]?.sql).toContain('UPDATE public.users SET full_name = name');
    await expect(runApproved(answer.planId, context)).rejects.toMatchObject({ problem: { code: 'APPROVAL_REQUIRED' } });
    expect(await left()).toHaveLength(3000);
    await approve(answer.planId);
    expect(await runApproved(answer.planId, context)).toMatchObject({ status: 'applied', report: { outcome: 'done', changed: 3000 } });
    expect(await left()).toHaveLength(0);
    await expect(runApproved(answer.planId, context)).rejects.toMatchObject({ problem: { code: 'ALREADY_CONSUMED' } });
    const kinds = (await auditLines({ planId: answer.planId }, context)).map((line) => `${line.kind} ${line.result ?? ''}`.trim());
    expect(kinds).toEqual(expect.arrayContaining(['planned', 'approved', 'claimed', 'started', 'outcome done']));
  });

  test('is stale when the schema changed after the approval', async () => {
    const answer = await prepareBackfill(request(), context);
    await approve(answer.planId);
    await administer(url, 'ALTER TABLE users ADD COLUMN other text');
    await expect(runApproved(answer.planId, context)).rejects.toMatchObject({ problem: { code: 'PLAN_STALE' } });
    await administer(url, 'ALTER TABLE users DROP COLUMN other');
  });

  test('runs at once only on a database that is marked as throw-away and is not in use', async () => {
    await expect(backfillThrowAway({ ...request(), throwAway: false }, context)).rejects.toMatchObject({
      problem: { code: 'NOT_THROWAWAY' },
    });
    await administer(
      url,
      'ALTER TABLE users DISABLE TRIGGER USER',
      'UPDATE users SET full_name = NULL WHERE id <= 500',
      'ALTER TABLE users ENABLE TRIGGER USER',
    );
    const surroundings = {
      ...context,
      environment: context.environment ?? {},
      signal: new AbortController().signal,
      readStandardInput: async () => Buffer.alloc(0),
    };
    const shown = await backfillCommand.run({ throwaway: true, 'database-env': 'TARGET_URL' }, [plan.id], surroundings);
    expect(shown).toMatchObject({ exitCode: 0 });
    expect(shown.text).toContain('Done, and checked: 500 rows of public.users');
    expect(await left()).toHaveLength(0);
  });
});
