import { access } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { stat } from 'node:fs/promises';

/**
 * The project that named paths belong to when none is given: the working folder when it holds them all; otherwise the
 * repository, or else the folder, of the first path. So `lockkeeper assess ../database/migrations` works as one expects,
 * and nothing beyond that project is read.
 */
export async function projectOf(paths: readonly string[], workingFolder: string): Promise<string> {
  const absolute = paths.map((path) => resolve(workingFolder, path));
  const first = absolute[0];
  if (first === undefined || absolute.every((path) => isInside(workingFolder, path))) return workingFolder;
  const entry = await stat(first).catch(() => null);
  const folder = entry?.isDirectory() ? first : dirname(first);
  for (let current = folder; ; current = dirname(current)) {
    if (await exists(join(current, '.git'))) return current;
    if (dirname(current) === current) return (await exists(folder)) ? folder : workingFolder;
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
