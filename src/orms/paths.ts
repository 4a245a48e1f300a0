/** Paths inside a repository: relative to its root, with `/`, and `.` for the root itself. */
import { posix } from 'node:path';

/** Orders by code unit, as the migration tools do; never by locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Joins a folder of the repository with a path as a configuration writes it.
 *
 * @param folder repository path, `.` for the root
 * @param configured relative path, with `/` or `\`
 * @returns the repository path, or null when it is absolute or leaves the repository
 */
export function joinPath(folder: string, configured: string): string | null {
  const written = configured.trim().replaceAll('\\', '/');
  if (written.startsWith('/') || written.startsWith('~') || /^[A-Za-z]:\//.test(written)) return null;
  const joined = posix.normalize(posix.join(folder, written)).replace(/\/+$/, '');
  if (joined === '..' || joined.startsWith('../')) return null;
  return joined === '' ? '.' : joined;
}

/** Folder of a file or folder; `.` for what lies at the root. */
export function parentFolder(path: string): string {
  return posix.dirname(path);
}

/** Last part of a path. */
export function baseName(path: string): string {
  return posix.basename(path);
}

/** A path as seen from a folder: `relativeTo("a/b", "a/c") === "../c"`; `.` for the folder itself. */
export function relativeTo(folder: string, path: string): string {
  return posix.relative(folder === '.' ? '' : folder, path === '.' ? '' : path) || '.';
}

/** True when a path is the folder or lies anywhere below it. */
export function isUnder(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** The folder and all folders above it, nearest first, the root `.` last. */
export function upwards(folder: string): string[] {
  const folders: string[] = [];
  for (let current = folder; current !== '.'; current = parentFolder(current)) folders.push(current);
  return [...folders, '.'];
}
