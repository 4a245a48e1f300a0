import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { skillBody } from '../../src/mcp/skills.js';
import { tools } from '../../src/mcp/tools.js';
import type { Wire } from './support/wire.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const skills = ['SKILL.md', ...readdirSync(`${root}skills`).map((name) => `skills/${name}/SKILL.md`)];
const texts = [
  ...skills,
  ...readdirSync(`${root}skills/safe-migration/references`).map((name) => `skills/safe-migration/references/${name}`),
];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe.each(skills)('%s', (file) => {
  const text = read(file);
  const frontmatter = parse(/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? '') as Record<string, Wire>;

  test('has a frontmatter that every consumer accepts', () => {
    expect(Object.keys(frontmatter)).toEqual(['name', 'description', 'license', 'compatibility', 'metadata']);
    expect(frontmatter.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(frontmatter.name).toBe(file === 'SKILL.md' ? 'lockkeeper' : dirname(file).split('/').at(-1));
    expect(frontmatter.description.length).toBeLessThanOrEqual(1024);
    expect(frontmatter.compatibility.length).toBeLessThanOrEqual(500);
    expect(Object.values(frontmatter.metadata).every((value) => typeof value === 'string')).toBe(true);
  });

  test('is short enough to be loaded whole', () => {
    expect(skillBody(text).length).toBeLessThan(8000);
    expect(skillBody(text)).toMatch(/^# /);
  });
});

describe.each(texts)('%s', (file) => {
  const text = read(file);

  test('names only tools that exist', () => {
    const fields = ['database_env', 'lock_timeout'];
    for (const name of text.match(/(?<=`)[a-z]+_[a-z_]+(?=`)/g) ?? [])
      expect([...tools.map((tool) => tool.name), ...fields]).toContain(name);
  });

  test('points only to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)|`(references\/[^`]+)`/g)].map((match) => match[1] ?? match[2] ?? '');
    for (const link of links) expect(existsSync(join(root, dirname(file), link)), link).toBe(true);
  });

  test('holds no number of rules and no address', () => {
    expect(text).not.toMatch(/\d+ (rules|checks|hazards)|https?:/);
  });
});
