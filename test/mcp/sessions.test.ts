import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../src/core/version.js';
import { type AnyClient, clientKinds } from './support/clients.js';
import { projectWith } from './support/folders.js';

let project: Awaited<ReturnType<typeof projectWith>>;
beforeAll(async () => {
  project = await projectWith({ 'migrations/1_init.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);' });
});
afterAll(() => project.remove());

describe.each(Object.entries(clientKinds))('%s', (_, connect) => {
  let client: AnyClient;
  beforeAll(async () => {
    client = await connect(project.folder);
    // Clients learn the output schemas here, and check every answer from then on.
    await client.listTools();
  });
  afterAll(() => client?.close());

  test('is greeted', () => {
    expect(client.getServerVersion()).toMatchObject({ name: 'lockkeeper', version });
    expect(client.getInstructions()).toMatch(/^Use these tools/);
  });

  test('gets an answer in both halves', async () => {
    const answer = await client.callTool({
      name: 'assess_risk',
      arguments: { sql: 'CREATE INDEX ON public.users (id);', server_version: 16 },
    });
    expect(answer.isError).toBeFalsy();
    expect(answer.structuredContent).toMatchObject({ dialect: 'postgres', serverVersion: 16, coverage: { migrations: 1 } });
    expect(answer.content).toHaveLength(1);
    expect(answer.content[0].text).toMatch(/^Risk: /);
  });

  test('finds the stacks', async () => {
    const answer = await client.callTool({ name: 'detect_orm' });
    expect(answer.structuredContent.page.stacks.total).toBe(answer.structuredContent.stacks.length);
  });

  test.each([
    [{ sql: 1 }, 'BAD_USAGE'],
    [{ sq: 'SELECT 1' }, 'BAD_USAGE'],
    [{ sql: 'SELECT 1', server_version: 9 }, 'DATABASE_TOO_OLD'],
    [{ project: 'nowhere', sql: 'SELECT 1' }, 'PATH_NOT_FOUND'],
    [{ files: ['../../etc/passwd'] }, 'PATH_OUTSIDE_PROJECT'],
    [{ sql: 'SELECT 1', database_env: 'SURELY_NOT_SET' }, 'DATABASE_VARIABLE_UNSET'],
  ])('is told what is wrong with %j', async (input, code) => {
    const answer = await client.callTool({ name: 'assess_risk', arguments: input });
    expect(answer.isError).toBe(true);
    expect(answer.structuredContent).toBeUndefined();
    const problem = JSON.parse(answer.content[0].text);
    expect(problem).toMatchObject({ code, message: expect.any(String), next: expect.any(String) });
    expect(answer._meta['lockkeeper/problem']).toEqual(problem);
  });

  test('gets the procedure as a prompt, with the change in it', async () => {
    expect((await client.listPrompts()).prompts.map((prompt) => prompt.name)).toEqual([
      'safe-migration',
      'review-migrations',
      'expand-contract',
      'recover-migration',
    ]);
    const { messages } = await client.getPrompt({ name: 'safe-migration', arguments: { change: 'drop users.email' } });
    expect(messages[0].content.text).toMatch(/^# Safe migrations[\s\S]*drop users\.email$/);
    const review = await client.getPrompt({ name: 'review-migrations', arguments: { base: 'origin/main', stack: 'prisma:.' } });
    expect(review.messages[0].content.text).toMatch(/^# Reviewing[\s\S]*## The base\n\norigin\/main\n\n## The stack\n\nprisma:\.$/);
  });

  test('reads the skill and its references as resources', async () => {
    for (const file of ['SKILL.md', 'references/two-deploys.md']) {
      const { contents } = await client.readResource({ uri: `skill://safe-migration/${file}` });
      expect(contents[0].text).toContain('deploy');
    }
  });
});
