import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnyClient, clientKinds } from './support/clients.js';
import { projectWith } from './support/folders.js';
import type { Wire } from './support/wire.js';

let project: Awaited<ReturnType<typeof projectWith>>;
let client: AnyClient;
let state: string;
const before = process.env.LOCKKEEPER_STATE;
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'lockkeeper-state-'));
  process.env.LOCKKEEPER_STATE = state;
  const tables = Array.from(
    { length: 40 },
    (_, at) => `CREATE TABLE child${at} (id bigint PRIMARY KEY, user_id integer REFERENCES users);`,
  );
  project = await projectWith({
    '.env': 'GOOSE_DRIVER=postgres\nGOOSE_MIGRATION_DIR=./migrations\n',
    'migrations/00001_init.sql': `-- +goose Up\nCREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);\n${tables.join('\n')}\n-- +goose Down\nDROP TABLE users CASCADE;\n`,
  });
  client = await clientKinds['current SDK, 2026 era'](project.folder);
  await client.listTools();
});
afterAll(async () => {
  await client.close();
  await project.remove();
  await rm(state, { recursive: true, force: true });
  if (before === undefined) delete process.env.LOCKKEEPER_STATE;
  else process.env.LOCKKEEPER_STATE = before;
});

async function call(input: Record<string, unknown>): Promise<Wire> {
  const answer = await client.callTool({ name: 'plan_safe_change', arguments: input });
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(21_000);
  return answer;
}

test('an intent is answered with its phases, within bounds', async () => {
  const { structuredContent: plan } = await call({ change: { kind: 'renameColumn', table: 'users', column: 'name', to: 'full_name' } });
  expect(plan).toMatchObject({ status: 'plan', basis: 'history', resource: `lockkeeper://plans/${plan.id}` });
  expect(plan.phases.map((phase: Wire) => phase.stage)).toEqual(['expand', 'fill', 'deploy', 'contract']);
  expect(plan.steps[0]).toMatchObject({ blocks: 'readsAndWrites', lockTimeoutMs: 2000 });
  const { contents } = await client.readResource({ uri: plan.resource });
  expect(JSON.parse(contents[0].text)).toMatchObject({ id: plan.id, phases: expect.any(Array) });
});

test('a plan of a hundred steps comes in parts, each step once', async () => {
  const change = { kind: 'changeType', table: 'users', column: 'id', type: 'bigint' };
  const seen: string[] = [];
  let cursor: string | undefined;
  let total = 0;
  do {
    const { structuredContent: plan } = await call({ change, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...plan.steps.map((step: Wire) => step.id));
    cursor = plan.page.cursor ?? undefined;
    total = plan.page.steps.total;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(total);
  expect(new Set(seen).size).toBe(total);
  expect(total).toBeGreaterThan(80);
});

test('a wrong intent is a tool error with the kinds there are', async () => {
  const answer = await call({ change: { kind: 'explode' } });
  expect(answer.isError).toBe(true);
  expect(JSON.parse(answer.content[0].text)).toMatchObject({ code: 'BAD_USAGE', next: expect.stringContaining('renameColumn') });
});

test('a phase is written by create_migration, and a deploy is not', async () => {
  const { structuredContent: plan } = await call({ change: { kind: 'addIndex', table: 'child1', columns: ['user_id'] } });
  const written = await client.callTool({ name: 'create_migration', arguments: { plan: plan.id, phase: 1 } });
  expect((written as Wire).structuredContent.files[0].path).toMatch(/^migrations\/00002_/);
  const again = await client.callTool({ name: 'create_migration', arguments: { plan: plan.id, phase: 1 } });
  expect((again as Wire).isError).toBe(true);
});
