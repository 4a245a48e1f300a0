/** Runs of a plan in a process of their own that kills itself outright at a point. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { expect } from 'vitest';
import type { RunPlan } from '../../../src/core/run-plan.js';
import type { World } from '../../orms/conformance/world.js';

/** Beside the packages that it imports. */
const child = join(import.meta.dirname, `../../../node_modules/.lockkeeper-crash-${process.pid}.mjs`);

/** Started again and again: bundled, it starts in a tenth of the time. */
export async function buildChild(): Promise<void> {
  await build({
    entryPoints: ['test/run/support/crash-child.ts'],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
}

export async function removeChild(): Promise<void> {
  await rm(child, { force: true });
}

/**
 * Runs an approved plan and kills itself. Fails when the point was never come by.
 *
 * @param more for its environment; with LOCKKEEPER_STATE it writes the journal there
 */
export async function runAndDie(world: World, approved: RunPlan, killAt: string, more: Record<string, string> = {}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-crash-'));
  try {
    const file = join(folder, 'task.json');
    const { environment } = world.context({}, more);
    await writeFile(file, JSON.stringify({ root: world.root, environment, plan: approved, killAt, points: join(folder, 'points') }));
    const result = await execa(process.execPath, [child, file], { reject: false, all: true });
    if (result.signal === 'SIGKILL') return;
    expect(`${result.exitCode} ${result.all}`).toBe('0 ');
    throw new Error(`${killAt} was not come by: ${await readFile(join(folder, 'points'), 'utf8')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
