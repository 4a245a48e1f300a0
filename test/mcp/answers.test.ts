import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnyClient, clientKinds } from './support/clients.js';
import { projectWith } from './support/folders.js';
import type { Wire } from './support/wire.js';

const statements = (count: number) =>
  Array.from({ length: count }, (_, at) => `ALTER TABLE public.t${at} ADD COLUMN c${at} integer DEFAULT ${at};`).join('\n');

let project: Awaited<ReturnType<typeof projectWith>>;
let client: AnyClient;
beforeAll(async () => {
  project = await projectWith({
    'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20240101000000_init/migration.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
    'prisma/migrations/20240102000000_index/migration.sql': 'CREATE INDEX users_email_idx ON users (email);',
    'sql/empty.sql': '',
    'sql/broken.sql': 'ALTER TABLE ;;; ( nonsense',
    'sql/dynamic.sql': "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'users'; END $$;",
    'sql/huge.sql': statements(2000),
    'sql/binary.sql': 'SELECT \u0000\u0001\u0002',
  });
  client = await clientKinds['current SDK, 2026 era'](project.folder);
  await client.listTools();
});
afterAll(async () => {
  await client.close();
  await project.remove();
});

/** The client has checked the structured half against the output schema already: it throws when it does not fit. */
async function call(input: Record<string, unknown>): Promise<Wire> {
  const answer = await client.callTool({ name: 'assess_risk', arguments: input });
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(21_000);
  return answer;
}

describe('every answer fits its schema and its bound', () => {
  test.each([
    [{ sql: '' }],
    [{ sql: 'SELECT 1' }],
    [{ sql: '-- nothing but a comment' }],
    [{ sql: statements(300), response_format: 'detailed', limit: 100 }],
    [{ sql: `DROP TABLE ${Array.from({ length: 3000 }, (_, at) => `t${at}`).join(', ')}` }],
    [{ sql: `SELECT '${'long '.repeat(100_000)}'` }],
    [{ sql: 'CREATE INDEX i ON users (email)', transaction: 'none', server_version: 14 }],
    [{ sql: 'ALTER TABLE x ADD y int', dialect: 'mysql' }],
    [{ files: ['sql/empty.sql'] }],
    [{ files: ['sql/broken.sql'] }],
    [{ files: ['sql/dynamic.sql'] }],
    [{ files: ['sql/binary.sql'] }],
    [{ files: ['sql'] }],
    [{ files: ['sql/missing.sql'] }],
    [{ stack: 'prisma:.' }],
    [{ stack: 'prisma:.', pending: true, applied: ['20240101000000_init'] }],
    [{ stack: 'prisma:.', migrations: ['20240102000000_index'] }],
    [{ stack: 'prisma:.', migrations: ['nothing'] }],
    [{ stack: 'flyway:nowhere' }],
    [{ base: 'main' }],
    [{ schema: 'sql/missing.sql', sql: 'SELECT 1' }],
    [{}],
  ])('%j', async (input) => {
    const answer = await call(input);
    if (answer.isError) expect(JSON.parse(answer.content[0].text)).toMatchObject({ code: expect.not.stringMatching('INTERNAL') });
    else expect(answer.structuredContent.page).toBeDefined();
  });
});

test('what cannot be read is never low', async () => {
  for (const input of [{ files: ['sql/broken.sql'] }, { files: ['sql/dynamic.sql'] }]) {
    const answer = await call(input);
    if (!answer.isError) expect(['unknown', 'high', 'medium']).toContain(answer.structuredContent.risk);
  }
});

test('2 000 statements come in parts, each once', async () => {
  const seen: number[] = [];
  let cursor: string | undefined;
  let parts = 0;
  do {
    const { structuredContent } = await call({
      files: ['sql/huge.sql'],
      limit: 100,
      response_format: 'detailed',
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(structuredContent.page.statements.total).toBe(2000);
    seen.push(...structuredContent.statements.map((each: { index: number }) => each.index));
    cursor = structuredContent.page.cursor ?? undefined;
    parts += 1;
  } while (cursor !== undefined && parts < 8);
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, at) => at));
  expect(seen.length).toBeGreaterThan(parts);
});

test('a cursor that nobody gave out is refused with a code', async () => {
  const answer = await call({ sql: 'SELECT 1', cursor: 'bm9uc2Vuc2U' });
  expect(JSON.parse(answer.content[0].text)).toMatchObject({ code: 'CURSOR_INVALID' });
});

test('the next step names arguments that the tool takes', async () => {
  const { structuredContent } = await call({ sql: 'CREATE INDEX ON public.users (email);', server_version: 16 });
  const { tools } = await client.listTools();
  const { nextStep } = structuredContent;
  if (nextStep === null) return;
  const tool = tools.find((each) => each.name === nextStep.tool);
  for (const key of Object.keys(nextStep.arguments)) expect(Object.keys(tool.inputSchema.properties)).toContain(key);
});
