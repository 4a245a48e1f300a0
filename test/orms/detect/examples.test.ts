import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectStacks, findStack, listMigrations, Repository } from '../../../src/orms/index.js';

interface Example {
  name: string;
  path: string;
  root: string;
  stack: string;
  applied: string[];
  pending: string[];
  databaseVariable: string;
}

const top = join(import.meta.dirname, '../../..');
const examples = JSON.parse(readFileSync(join(top, 'examples/examples.json'), 'utf8')) as Example[];
const sqlTools = ['prisma', 'drizzle', 'goose', 'diesel', 'flyway'];

describe('the examples', () => {
  it.each(examples.map((example) => [example.name, example] as const))('%s is found and listed in order', async (_name, example) => {
    const repository = await Repository.open(join(top, example.root));
    const { stacks, problems } = await detectStacks(repository);
    expect(problems).toEqual([]);
    const folder = example.path === example.root ? '.' : example.path.slice(example.root.length + 1);
    const stack = findStack(stacks, `${example.stack}:${folder}`);
    const names = [...example.applied, ...example.pending];
    expect(stack).toMatchObject({ supported: true, workflow: 'managed', dialect: 'postgres', migrationCount: names.length, problems: [] });
    // flyway.toml names a URL; the variable goes before it.
    expect([example.databaseVariable, 'flyway.toml environments.default.url']).toContain(stack.databaseSetting);
    expect(stack.command).not.toBeNull();
    const listed = await listMigrations(repository, stack);
    expect(listed.problems).toEqual([]);
    expect(listed.migrations.map(({ name }) => name)).toEqual(names);
    for (const migration of listed.migrations) {
      expect(migration.up === null).toBe(!sqlTools.includes(example.stack));
      expect(migration.unrendered).toBe(sqlTools.includes(example.stack) ? null : 'python');
      if (migration.up !== null && example.stack !== 'goose')
        expect(migration.up.sql).toBe(readFileSync(join(top, example.root, migration.up.file), 'utf8'));
    }
  });

  it('all of them together are as many stacks, each once', async () => {
    const { stacks } = await detectStacks(join(top, 'examples'));
    expect(stacks.map(({ id }) => id)).toEqual([...new Set(stacks.map(({ id }) => id))]);
    expect(stacks.map(({ tool, folder }) => `${tool} ${folder}`).sort()).toEqual(
      examples.map(({ stack, path }) => `${stack} ${path.replace('examples/', '')}`).sort(),
    );
  });
});
