import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

/** `node_modules` with drizzle-kit, drizzle-orm and pg. @throws ToolUnavailable */
export async function installDrizzle(): Promise<string> {
  const folder = await installed('drizzle-kit-0.31.11', async (building) => {
    await cp(fileURLToPath(new URL('../../../scripts/tools/drizzle/', import.meta.url)), building, { recursive: true });
    // esbuild, which reads the configuration, needs its script.
    await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: building });
  });
  return join(folder, 'node_modules');
}
