/** Projects in temporary folders, with the real tool of each stack. */
import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Rehearsal } from '../../../src/core/rehearsal.js';
import { type RehearseInput, rehearse } from '../../../src/operations/rehearse.js';
import type { HandWritten, ToolDriver } from '../../orms/conformance/driver.js';
import { installDrizzle } from '../../orms/install/drizzle.js';
import { installPrisma } from '../../orms/install/prisma.js';

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

/** A copy of an example, with the packages of its tool. */
export async function exampleOf(driver: ToolDriver): Promise<string> {
  await driver.install();
  const root = await temporary();
  await cp(fileURLToPath(new URL(`../../../examples/${driver.tool}`, import.meta.url)), root, { recursive: true });
  if (driver.tool === 'prisma') await symlink(await installPrisma(7, '7.10.0'), join(root, 'node_modules'));
  if (driver.tool === 'drizzle') await symlink(await installDrizzle(), join(root, 'node_modules'));
  return root;
}

/** Rehearses with the environment of the driver. */
export function rehearseIn(root: string, driver: ToolDriver, input: Omit<RehearseInput, 'project'>, environment: Record<string, string> = {}): Promise<Rehearsal> {
  return rehearse({ project: root, ...input }, { workingFolder: root, environment: { ...driver.environment(), ...environment } });
}
