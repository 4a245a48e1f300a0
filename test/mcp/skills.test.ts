import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { skillBody, skillPrompts } from '../../src/mcp/skills.js';
import type { Wire } from './support/wire.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = readdirSync(`${root}skills`);
const skills = ['SKILL.md', ...names.map((name) => `skills/${name}/SKILL.md`)];
const texts = ['SKILL.md', ...readdirSync(`${root}skills`, { recursive: true, encoding: 'utf8' }).filter(isMarkdown).map(inSkills)];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe.each(skills)('%s', (file) => {
  const text = read(file);
  const frontmatter = parse(/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? '') as Record<string, Wire>;

  test('has a frontmatter that every consumer accepts', () => {
    const portable = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
    expect(Object.keys(frontmatter)).toEqual(file === 'SKILL.md' ? portable.slice(0, -1) : portable);
    expect(frontmatter.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(frontmatter.name).toBe(file === 'SKILL.md' ? 'lockkeeper' : dirname(file).split('/').at(-1));
    expect(frontmatter.description.length).toBeLessThanOrEqual(1024);
    expect(frontmatter.compatibility.length).toBeLessThanOrEqual(500);
    expect(Object.values(frontmatter.metadata).every((value) => typeof value === 'string')).toBe(true);
  });

  test('allows beforehand only tools that read and run no code of the project', () => {
    const harmless = ['detect_orm', 'migration_status'];
    for (const tool of String(frontmatter['allowed-tools'] ?? '').split(' '))
      if (tool !== '') expect(harmless).toContain(tool.split('__').at(-1));
  });

  test('is short enough to be loaded whole', () => {
    expect(skillBody(text).length).toBeLessThan(8000);
    expect(skillBody(text)).toMatch(/^# /);
  });
});

test('each skill is a prompt as well', () => {
  expect(skillPrompts.map((prompt) => prompt.name).sort()).toEqual([...names].sort());
});

describe.each(texts)('%s', (file) => {
  const text = read(file);

  test('points only to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)|`(references\/[^`]+)`/g)].map((match) => match[1] ?? match[2] ?? '');
    for (const link of links) expect(existsSync(join(root, dirname(file), link)), link).toBe(true);
  });

  test('holds no number of rules and no address', () => {
    expect(text).not.toMatch(/\d+ (rules|checks|hazards)|https?:/);
  });
});

function isMarkdown(name: string): boolean {
  return name.endsWith('.md');
}

function inSkills(name: string): string {
  return `skills/${name.replaceAll('\\', '/')}`;
}
