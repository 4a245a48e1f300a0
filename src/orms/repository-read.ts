/** Reads single files of a repository: never past its root, never a huge or a binary one. */
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LockkeeperProblem } from '../core/errors.js';
import { joinPath } from './paths.js';
import { insideRoot } from './repository-walk.js';

const maximumBytes = 16 * 1024 * 1024;

/** The first bytes of a file as text; empty when it is missing, binary or outside. */
export function readBeginning(root: string, path: string, bytes: number): string {
  try {
    const real = realpathSync.native(join(root, path));
    if (!insideRoot(root, real) || !statSync(real).isFile()) return '';
    const file = openSync(real, 'r');
    try {
      const buffer = Buffer.alloc(bytes);
      const beginning = buffer.subarray(0, readSync(file, buffer, 0, bytes, 0));
      return beginning.includes(0) ? '' : new TextDecoder('utf-8').decode(beginning);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Reads one file with every guard; a problem instead of an exception, so that it can be kept. */
export function readText(root: string, path: string): string | LockkeeperProblem {
  const problem = (code: LockkeeperProblem['code'], message: string, next: string): LockkeeperProblem => ({
    code,
    message,
    next,
    file: path,
  });
  if (joinPath('.', path) === null)
    return problem('PATH_OUTSIDE_PROJECT', `${path} lies outside the repository.`, 'Name a file inside the repository.');
  try {
    const real = realpathSync.native(join(root, path));
    if (!insideRoot(root, real))
      return problem(
        'PATH_OUTSIDE_PROJECT',
        `${path} leads out of the repository and was not read.`,
        'Replace the link by the file itself.',
      );
    const entry = statSync(real);
    if (!entry.isFile()) return problem('UNREADABLE', `${path} is not a regular file.`, 'Name a file.');
    if (entry.size > maximumBytes) {
      return problem(
        'FILE_TOO_LARGE',
        `${path} has ${Math.round(entry.size / 1024 / 1024)} MB; files above ${maximumBytes / 1024 / 1024} MB are not read.`,
        'Move bulk data out of the migration, or split the file.',
      );
    }
    const bytes = readFileSync(real);
    if (bytes.subarray(0, 8192).includes(0))
      return problem('NOT_TEXT', `${path} is not UTF-8 text.`, 'Save it as UTF-8, or take it out of the migration folder.');
    return new TextDecoder('utf-8').decode(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return problem('PATH_NOT_FOUND', `There is no file ${path}.`, 'Check the path.');
    if (code === 'ELOOP') return problem('UNREADABLE', `The link ${path} is cyclic.`, 'Remove the link.');
    return problem('UNREADABLE', `${path} cannot be read.`, 'Check its permissions.');
  }
}
