import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

/**
 * `node_modules` with drizzle-kit, drizzle-orm and pg.
 *
 * @param list folder of `scripts/tools/`
 * @throws ToolUnavailable
 */
export async function installDrizzle(list: string, version: string): Promise<string> {
  const folder = await installed(`drizzle-kit-${version}`, async (building) => {
    await cp(fileURLToPath(new URL(`../../../scripts/tools/${list}/`, import.meta.url)), building, { recursive: true });
    // esbuild, which reads the configuration, needs its script.
    await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: building });
  });
  return join(folder, 'node_modules');
}
