import { chmod, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const npm = (folder: string) => execa('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });

/** `node_modules` with the Prisma CLI of a major. @throws ToolUnavailable */
export async function installPrisma(major: 6 | 7, version: string): Promise<string> {
  const folder = await installed(`prisma-${version}`, async (building) => {
    await cp(path(`../../../scripts/tools/prisma-${major}/`), building, { recursive: true });
    await npm(building);
  });
  return join(folder, 'node_modules');
}

/** The stand-in for the schema engine, with its packages. @throws ToolUnavailable */
export async function installSchemaEngine(): Promise<string> {
  const folder = await installed('prisma-schema-engine-7.10.0', async (building) => {
    await cp(path('../prisma-schema-engine/'), building, { recursive: true });
    await npm(building);
    await chmod(join(building, 'schema-engine.mjs'), 0o755);
  });
  return join(folder, 'schema-engine.mjs');
}
