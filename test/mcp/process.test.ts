import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectWith } from './support/folders.js';
import { RawServer } from './support/server.js';

let project: Awaited<ReturnType<typeof projectWith>>;
let server: RawServer;
beforeEach(async () => {
  project = await projectWith({
    'huge.sql': Array.from({ length: 2000 }, (_, at) => `CREATE INDEX i${at} ON public.t${at} (a);`).join('\n'),
  });
  server = new RawServer(project.folder);
});
afterEach(async () => {
  await server.stop();
  await project.remove();
});

/** Milliseconds from the end of standard input to the end of the process. */
async function endInput(): Promise<{ code: number | null; tookMs: number }> {
  const before = performance.now();
  server.process.stdin.end();
  const { code, atMs } = await server.exited;
  return { code, tookMs: atMs - before };
}

const onlyProtocol = () => server.lines.every((line) => JSON.parse(line).jsonrpc === '2.0');

describe('the end of standard input ends the process within two seconds', () => {
  test('after a conversation', async () => {
    await server.open();
    await server.call(1, 'assess_risk', { sql: 'SELECT 1' });
    expect(await endInput()).toEqual({ code: 0, tookMs: expect.toSatisfy((ms: number) => ms < 2000) });
  });

  test('in the middle of a call', async () => {
    await server.open();
    server.send({ id: 1, method: 'tools/call', params: { name: 'assess_risk', arguments: { files: ['huge.sql'] } } });
    expect((await endInput()).tookMs).toBeLessThan(3000);
    expect(onlyProtocol()).toBe(true);
  });

  test('before a first word', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await endInput()).tookMs).toBeLessThan(2000);
  });
});

describe('garbage on standard input', () => {
  test.each([
    'not json\n',
    '{"jsonrpc":"2.0"}\n',
    '[]\n',
    'null\n',
    '\u0000\u0001\n',
    '{"jsonrpc":"2.0","id":9,"method":"no/such"}\n',
    `${'{'.repeat(10_000)}\n`,
    '\n\n\n',
  ])('%j does not stop the server', async (garbage) => {
    await server.open();
    server.write(garbage);
    const answer = await server.call(1, 'assess_risk', { sql: 'SELECT 1' });
    expect(answer.result.structuredContent).toBeDefined();
    expect(onlyProtocol()).toBe(true);
  });

  test('a message beyond all bounds ends the process instead of leaving it deaf', async () => {
    await server.open();
    server.write('x'.repeat(11_000_000));
    const { code } = await server.exited;
    expect(code).toBe(0);
  });
});

test('standard output carries nothing but the protocol, whatever is asked', async () => {
  await server.open();
  await server.request(1, 'tools/list');
  await server.request(2, 'prompts/list');
  await server.request(3, 'resources/list');
  await server.call(4, 'detect_orm', {});
  await server.call(5, 'assess_risk', { files: ['huge.sql'] });
  await server.call(6, 'assess_risk', { files: ['missing'] });
  await server.call(7, 'no_such_tool', {});
  expect(server.lines.length).toBeGreaterThanOrEqual(8);
  expect(onlyProtocol()).toBe(true);
});

test('a cancelled call is not answered, and the server goes on', async () => {
  await server.open();
  server.send({ id: 1, method: 'tools/call', params: { name: 'assess_risk', arguments: { files: ['huge.sql'] } } });
  server.send({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'no longer wanted' } });
  const after = await server.call(2, 'assess_risk', { sql: 'SELECT 1' });
  expect(after.result.structuredContent).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(server.lines.map((line) => JSON.parse(line).id)).not.toContain(1);
});

test('progress is sent when a token is given, in growing values, and not otherwise', async () => {
  await server.open();
  await server.call(1, 'assess_risk', { files: ['huge.sql'] }, { _meta: { progressToken: 'p' } });
  await server.call(2, 'assess_risk', { files: ['huge.sql'] });
  const notes = server.lines.map((line) => JSON.parse(line)).filter((message) => message.method === 'notifications/progress');
  expect(notes.length).toBeGreaterThan(0);
  expect(notes.every((note) => note.params.progressToken === 'p')).toBe(true);
  const values = notes.map((note) => note.params.progress);
  expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
});

test('the skills extension lists every skill with the digests of its files', async () => {
  await server.open();
  const { result } = await server.request(1, 'skills/list');
  const skills = result.skills as { uri: string; resources: { uri: string; digest: string }[] }[];
  expect(skills.map(({ uri }) => uri)).toContain('skill://safe-migration/SKILL.md');
  for (const { uri, digest } of skills.flatMap(({ resources }) => resources)) {
    const { result: read } = await server.request(2, 'resources/read', { uri });
    expect(digest).toBe(`sha256:${createHash('sha256').update(read.contents[0].text).digest('hex')}`);
  }
  expect(skills.find(({ uri }) => uri.startsWith('skill://safe-migration/'))?.resources.length).toBeGreaterThan(1);
});
