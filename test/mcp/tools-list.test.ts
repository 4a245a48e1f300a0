import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientKinds } from './support/clients.js';
import { projectWith } from './support/folders.js';
import type { Wire } from './support/wire.js';

const lists: Record<string, Wire[]> = {};
let project: Awaited<ReturnType<typeof projectWith>>;
beforeAll(async () => {
  project = await projectWith({});
  for (const [kind, connect] of Object.entries(clientKinds)) {
    const client = await connect(project.folder);
    lists[kind] = (await client.listTools()).tools;
    await client.close();
  }
});
afterAll(() => project.remove());

test('what clients are told of the tools changes only on purpose', async () => {
  await expect(`${JSON.stringify(lists['current SDK, 2026 era'], null, 2)}\n`).toMatchFileSnapshot('snapshots/tools-list.json');
});

test('both eras are told the same', () => {
  const plain = (tools: Wire[] | undefined) =>
    tools?.map(({ name, description, inputSchema, outputSchema, annotations }) => ({
      name,
      description,
      inputSchema,
      outputSchema,
      annotations,
    }));
  expect(plain(lists['current SDK, 2025 era'])).toEqual(plain(lists['current SDK, 2026 era']));
  expect(plain(lists['predecessor SDK'])).toEqual(plain(lists['current SDK, 2026 era']));
});

test('the list is small: what a model reads of it stays under 1 500 tokens a tool', () => {
  for (const { name, title, description, inputSchema } of lists['current SDK, 2026 era'] ?? []) {
    // Four characters a token is the usual rule of thumb.
    expect(JSON.stringify({ name, title, description, inputSchema }).length / 4).toBeLessThan(1500);
  }
});
