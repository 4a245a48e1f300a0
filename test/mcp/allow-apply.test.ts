import { describe, expect, test } from 'vitest';
import { projectWith } from './support/folders.js';
import { RawServer } from './support/server.js';

describe('whether a server may change a database is decided where it is started', () => {
  test.each<[string[], boolean]>([
    [[], false],
    [['--allow-apply'], true],
    [['--allow-apply', '--project', '.'], true],
    [['--project=.', '--allow-apply'], true],
    [['--project', '.'], false],
  ])('%j', async (words, offered) => {
    const project = await projectWith({});
    const server = new RawServer(project.folder, words);
    await server.open();
    const { result } = await server.request(1, 'tools/list');
    expect(result.tools.some((tool: { name: string }) => tool.name === 'run_migration')).toBe(offered);
    await server.stop();
    await project.remove();
  });
});
