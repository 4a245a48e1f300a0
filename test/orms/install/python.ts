import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

/**
 * A virtual environment with pinned packages; answers its folder of programs.
 *
 * @param name of a file in `scripts/tools/python/`
 * @throws ToolUnavailable
 */
export async function installPython(name: string): Promise<string> {
  const list = fileURLToPath(new URL(`../../../scripts/tools/python/${name}.txt`, import.meta.url));
  // A virtual environment holds its own path: it is made in its place.
  const folder = await installed(
    `python-${name}`,
    async (building) => {
      await execa('python3', ['-m', 'venv', building]);
      await execa(join(building, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', list]);
    },
    { fixed: true },
  );
  return join(folder, 'bin');
}
