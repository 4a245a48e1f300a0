/** Projects in temporary folders, with the real tool of each stack. */
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Rehearsal } from '../../../src/core/rehearsal.js';
import { type RehearseInput, rehearse } from '../../../src/operations/rehearse.js';
import type { HandWritten, ToolDriver } from '../../orms/conformance/driver.js';
import { installExampleTools } from '../../support/example-tools.js';

const here = { folder: '.' };

async function temporary(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'lockkeeper-rehearse-')));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  return root;
}

/** A project of a driver with migrations written by hand; answers its folder and their names. */
export async function projectOf(driver: ToolDriver, migrations: readonly HandWritten[]): Promise<{ root: string; names: string[] }> {
  await driver.install();
  const root = await temporary();
  await driver.project(root, here);
  const names: string[] = [];
  for (const migration of migrations) names.push(await driver.add(root, here, migration));
  return { root, names };
}

/** A copy of an example, with the packages of its tool; answers its folder and the variables that the tool wants. */
export async function exampleOf(driver: ToolDriver): Promise<{ root: string; environment: Record<string, string> }> {
  const root = await temporary();
  await cp(fileURLToPath(new URL(`../../../examples/${driver.tool}`, import.meta.url)), root, { recursive: true });
  return { root, environment: await installExampleTools(driver, root) };
}

/** Rehearses with the environment of the driver. */
export function rehearseIn(
  root: string,
  driver: ToolDriver,
  input: Omit<RehearseInput, 'project'>,
  environment: Record<string, string> = {},
): Promise<Rehearsal> {
  return rehearse({ project: root, ...input }, { workingFolder: root, environment: { ...driver.environment(), ...environment } });
}
