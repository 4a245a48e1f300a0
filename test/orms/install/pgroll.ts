import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

const manifest = fileURLToPath(new URL('../../../scripts/tools/pgroll/', import.meta.url));

/** Newest that the Go proxy and the checksum database both have. */
export const pgrollVersion = '0.14.0';

/** The pgroll program, built from the pinned module; its parser is C and takes minutes. @throws ToolUnavailable */
export async function installPgroll(): Promise<string> {
  const folder = await installed(`pgroll-${pgrollVersion}`, async (building) => {
    for (const file of ['go.mod', 'go.sum']) await cp(join(manifest, file), join(building, file));
    await execa('go', ['build', '-mod=mod', '-o', 'pgroll', 'github.com/xataio/pgroll'], { cwd: building });
  });
  return join(folder, 'pgroll');
}
