/** Repositories made in temporary folders, and short ways to look at them. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { detectStacks, listMigrations, type Detection, type Listing } from '../../../src/orms/index.js';
import type { Stack } from '../../../src/core/stack.js';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What a path holds: text, bytes, a link (`{ link }`) or an empty file of some size (`{ size }`). */
export type Content = string | Uint8Array | { link: string } | { size: number };

/** Makes a repository and returns its path. */
export function repository(files: Record<string, Content>): string {
  const root = mkdtempSync(join(tmpdir(), 'lockkeeper-'));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(absolute, content);
    else if ('link' in content) symlinkSync(content.link, absolute);
    else {
      writeFileSync(absolute, '');
      truncateSync(absolute, content.size);
    }
  }
  return root;
}

export async function detect(files: Record<string, Content>): Promise<Detection & { root: string }> {
  const root = repository(files);
  return { ...(await detectStacks(root)), root };
}

/** The only stack of a repository. */
export async function only(files: Record<string, Content>): Promise<Stack & { list: () => Promise<Listing> }> {
  const { stacks, root, problems } = await detect(files);
  if (stacks.length !== 1)
    throw new Error(`expected one stack, got ${JSON.stringify(stacks.map((stack) => stack.id))}, problems ${JSON.stringify(problems)}`);
  return { ...stacks[0]!, list: () => listMigrations(root, stacks[0]!) };
}

export async function ids(files: Record<string, Content>): Promise<string[]> {
  return (await detect(files)).stacks.map((stack) => stack.id);
}

export function codes(problems: { code: string }[]): string[] {
  return problems.map((problem) => problem.code);
}

/** A `package.json`. */
export function packageJson(dependencies: Record<string, string>, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ name: 'app', dependencies, ...more }, null, 2);
}
