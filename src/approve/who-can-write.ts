import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** `strong`: this user cannot change the file. `weak`: it can, and so can every program that runs as this user. */
export interface Strength {
  strong: boolean;
  why: string;
}

/**
 * Tells whether a file is out of a user's reach: it and every folder above it belong to root and nobody else may write.
 *
 * @param uid the user; the one of this process when absent
 */
export async function strengthOf(file: string, uid = process.getuid?.()): Promise<Strength> {
  if (uid === undefined) return { strong: false, why: 'who can write it cannot be told on this system' };
  if (uid === 0) return { strong: false, why: 'this process runs as root, which can write every file' };
  for (let path = file; ; path = dirname(path)) {
    const entry = await lstat(path).catch(() => null);
    if (entry === null) return { strong: false, why: `${path} cannot be looked at` };
    if (entry.isSymbolicLink()) return { strong: false, why: `${path} is a symbolic link` };
    if (entry.uid !== 0) return { strong: false, why: entry.uid === uid ? `this user owns ${path}` : `${path} does not belong to root` };
    const sticky = entry.isDirectory() && (entry.mode & 0o1000) !== 0 && path !== dirname(file);
    if ((entry.mode & 0o022) !== 0 && !sticky) return { strong: false, why: `others than root may write to ${path}` };
    if (dirname(path) === path) return { strong: true, why: 'it and all folders above it belong to root' };
  }
}
