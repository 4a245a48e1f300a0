import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dangers } from '../../src/operations/danger.js';
import { clientKinds } from './support/clients.js';
import { projectWith } from './support/folders.js';

let project: Awaited<ReturnType<typeof projectWith>>;
beforeAll(async () => {
  project = await projectWith({});
});
afterAll(() => project.remove());

describe.each(Object.entries(clientKinds))('%s', (_, connect) => {
  test('reads the destructive commands of a tool as a resource; another word is an error', async () => {
    const client = await connect(project.folder);
    try {
      const { contents } = await client.readResource({ uri: 'lockkeeper://danger/prisma' });
      expect(contents[0].mimeType).toBe('application/json');
      expect(JSON.parse(contents[0].text)).toEqual(dangers(['prisma']).commands);
      await expect(client.readResource({ uri: 'lockkeeper://danger/nothing' })).rejects.toThrow();
    } finally {
      await client.close();
    }
  });
});
