import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';

/** More than any migration holds; beyond it is a dump of rows. */
export const maximumBytes = 20 * 1024 * 1024;

/** A path that exists, inside the project. */
export interface PlacedPath {
  absolute: string;
  /** Relative to the project, with `/`; `.` for the project itself. */
  shown: string;
  kind: 'file' | 'folder';
}

/**
 * Finds a path that the caller named.
 *
 * @param root absolute real path of the project
 * @param workingFolder where relative paths start
 * @throws LockkeeperError PATH_NOT_FOUND, PATH_OUTSIDE_PROJECT, UNREADABLE
 */
export async function placePath(root: string, workingFolder: string, path: string): Promise<PlacedPath> {
  const asked = resolve(workingFolder, path);
  const absolute = await realpath(asked).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOOP') throw new LockkeeperError('UNREADABLE', `The link ${path} is cyclic.`, 'Remove the link.', { file: path });
    if (error.code === 'EACCES')
      throw new LockkeeperError('UNREADABLE', `${path} cannot be read.`, 'Check its permissions.', { file: path });
    throw new LockkeeperError(
      'PATH_NOT_FOUND',
      `There is no file or folder ${path}.`,
      'Check the path; relative paths start in the working folder.',
      { file: path },
    );
  });
  const inside = relative(root, absolute);
  if (inside === '..' || inside.startsWith(`..${sep}`) || resolve(root, inside) !== absolute) {
    throw new LockkeeperError(
      'PATH_OUTSIDE_PROJECT',
      `${path} lies outside the project.`,
      'Name the folder that holds it as the project (--project).',
      { file: path },
    );
  }
  // Not opened: opening a named pipe would wait for its writer.
  const entry = await stat(absolute).catch(() => null);
  if (entry === null) throw new LockkeeperError('UNREADABLE', `${path} cannot be read.`, 'Check its permissions.', { file: path });
  if (!entry.isFile() && !entry.isDirectory()) {
    throw new LockkeeperError('UNREADABLE', `${path} is neither a file nor a folder.`, 'Name a regular file; use - for standard input.', {
      file: path,
    });
  }
  return { absolute, shown: inside === '' ? '.' : inside.split(sep).join('/'), kind: entry.isFile() ? 'file' : 'folder' };
}

/**
 * Text of a file, without a byte order mark.
 *
 * @param place an existing file of the project
 * @throws LockkeeperError FILE_TOO_LARGE, NOT_TEXT, UNREADABLE
 */
export function readTextFile(place: { absolute: string; shown: string }): string {
  const at = { file: place.shown };
  // Without waiting: a thousand small files are read in the time that asking for them one by one would take.
  try {
    const { size } = statSync(place.absolute);
    if (size > maximumBytes) throw tooLarge(place.shown, size, at);
    return decodeText(readFileSync(place.absolute), place.shown);
  } catch (error) {
    if (error instanceof LockkeeperError) throw error;
    throw new LockkeeperError('UNREADABLE', `${place.shown} cannot be read.`, 'Check its permissions.', at);
  }
}

/** Bytes as UTF-8 text, or a problem. */
export function decodeText(bytes: Buffer, shown: string): string {
  const at = { file: shown };
  if (bytes.length > maximumBytes) throw tooLarge(shown, bytes.length, at);
  if (bytes.subarray(0, 65_536).includes(0))
    throw new LockkeeperError('NOT_TEXT', `${shown} is not text.`, 'Give a file with SQL as UTF-8 text.', at);
  if (!isUtf8(bytes)) throw new LockkeeperError('NOT_TEXT', `${shown} is not UTF-8.`, 'Save it as UTF-8.', at);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function tooLarge(shown: string, size: number, at: { file: string }): LockkeeperError {
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  return new LockkeeperError(
    'FILE_TOO_LARGE',
    `${shown} has ${megabytes(size)} MB; files above ${megabytes(maximumBytes)} MB are not read.`,
    'Move rows out of the migration, or split the file.',
    at,
  );
}
