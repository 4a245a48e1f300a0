import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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
  // Another list is another environment: one that an older commit made is not taken for it.
  const hash = createHash('sha256')
    .update(await readFile(list))
    .digest('hex')
    .slice(0, 8);
  // A virtual environment holds its own path: it is made in its place.
  const folder = await installed(
    `python-${name}-${hash}`,
    async (building) => {
      await execa('python3', ['-m', 'venv', building]);
      await execa(join(building, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', list]);
    },
    { fixed: true },
  );
  return join(folder, 'bin');
}
