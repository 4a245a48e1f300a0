/** Projects in temporary folders, with the real tool of each stack. */
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
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
  // The example starts goose through the Go toolchain, which would compile it first; its program of the same version is on PATH.
  if (driver.tool === 'goose')
    for (const file of ['go.mod', 'go.sum', 'cmd', 'shop', 'migrations/migrations.go']) await rm(join(root, file), { recursive: true });
  if (driver.tool === 'django') await withoutAddressPackage(root);
  if (driver.tool === 'drizzle') await symlink(await installDrizzle(), join(root, 'node_modules'));
  return root;
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

/** The example reads its address with `dj_database_url`, which the environments of the tests do not hold: a reader of the same shape. */
async function withoutAddressPackage(root: string): Promise<void> {
  await writeFile(
    join(root, 'dj_database_url.py'),
    `import os
from urllib.parse import unquote, urlparse

def parse(address, **more):
    url = urlparse(address)
    return {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username, "PASSWORD": unquote(url.password or ""), "HOST": url.hostname, "PORT": url.port}

def config(env="DATABASE_URL", default=None, **more):
    return parse(os.environ.get(env, default))
`,
  );
}
