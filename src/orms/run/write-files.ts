/** Writes new files all or none, and overwrites nothing. */
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';

/**
 * Writes files that must not be there yet. When one cannot be written, those before it are taken back.
 *
 * @param root absolute path of the repository
 * @param files paths relative to it
 * @throws LockkeeperError WOULD_OVERWRITE, UNREADABLE
 */
export async function writeNew(root: string, files: readonly { path: string; text: string }[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path, text } of files) {
      const absolute = join(root, path);
      const first = await mkdir(dirname(absolute), { recursive: true });
      if (first !== undefined) undo.push(() => removeEmpty(dirname(absolute), first));
      await writeFile(absolute, text, { flag: 'wx' });
      undo.push(() => rm(absolute, { force: true }));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new LockkeeperError(
        'WOULD_OVERWRITE',
        'A file of that name is there already; nothing was written.',
        'Choose another name, or wait a second: names carry the time.',
      );
    }
    throw new LockkeeperError(
      'UNREADABLE',
      `The files cannot be written here (${code ?? 'unknown'}); nothing was left.`,
      'Check the rights of the folder.',
    );
  }
}

/** Removes folders from the deepest up to the first one that was made, as far as they are empty. */
async function removeEmpty(deepest: string, first: string): Promise<void> {
  for (let folder = deepest; folder.startsWith(first); folder = dirname(folder)) await rmdir(folder);
}
