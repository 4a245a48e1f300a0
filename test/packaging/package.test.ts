/** What is shipped: the npm package, the registry's entry, the plugin. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const json = (file: string) => JSON.parse(text(file));
const markdown = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort();

test('the package holds the program, the skills and the registry entry, and nothing else', () => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }));
  const files: string[] = packed.files.map((file: { path: string }) => file.path);
  const expected = [
    'LICENSE',
    'README.md',
    'SKILL.md',
    'dist/cli.js',
    'dist/libpg-query.wasm',
    'package.json',
    'server.json',
    ...markdown('skills').map((file) => `skills/${file.replaceAll('\\', '/')}`),
  ];
  expect(files.sort()).toEqual(expected.sort());
});

test('one name and one version everywhere', () => {
  const own = json('package.json');
  const entry = json('server.json');
  expect(entry).toMatchObject({ name: own.mcpName, version: own.version, packages: [{ identifier: own.name, version: own.version }] });
  expect(entry.description.length).toBeLessThanOrEqual(100);
  expect(entry.$schema).toContain('2025-12-11');
  expect(json('plugins/lockkeeper/.claude-plugin/plugin.json')).toMatchObject({ name: own.name, version: own.version });
});

test('the marketplace leads to the plugin, and the plugin to what the script copies into it', () => {
  const [plugin] = json('.claude-plugin/marketplace.json').plugins;
  expect(existsSync(join(root, plugin.source, '.claude-plugin/plugin.json'))).toBe(true);
  const [program] = json('plugins/lockkeeper/.mcp.json').mcpServers.lockkeeper.args;
  const [entry] = json('plugins/lockkeeper/hooks/hooks.json').hooks.PreToolUse;
  expect(entry.hooks[0].command).toContain(`${program}" hook`);
  expect(Object.keys(commands)).toContain('hook');
  expect(new RegExp(`^(?:${entry.matcher})$`).test('mcp__postgres__query')).toBe(true);
  expect(text('scripts/plugin.mjs')).toContain(`'${/server\/\w+/.exec(program)?.[0]}'`);
});

test('the skills of the plugin are those of the repository', () => {
  expect(markdown('plugins/lockkeeper/skills')).toEqual(markdown('skills'));
  for (const file of markdown('skills')) expect(text(`plugins/lockkeeper/skills/${file}`), file).toBe(text(`skills/${file}`));
});
