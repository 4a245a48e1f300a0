/** One walk over a repository's folders: what is there, and what was not followed. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { LockkeeperProblem } from '../core/errors.js';
import { isUnder } from './paths.js';

/** Never holds a project's own migrations. */
const skippedAlways = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.venv',
  'venv',
  'virtualenv',
  '__pycache__',
  '__pypackages__',
  'site-packages',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.next',
  '.nuxt',
  '.output',
  '.svelte-kit',
  '.turbo',
  '.cache',
  '.parcel-cache',
  '.gradle',
  '.idea',
  '.vscode',
  '.terraform',
  '.yarn',
  '.pnpm-store',
  '.serverless',
  '.aws-sam',
  '.direnv',
  '.eggs',
  '.bundle',
  '.dart_tool',
  'DerivedData',
]);

/** Usually generated or foreign, but a Python package may bear the name (an app called `vendor`). */
const skippedUnlessPackage = new Set(['vendor', 'target', 'dist', 'build', 'coverage']);

const reportedLinks = 20;
const foldersAtOnce = 32;

export interface WalkLimits {
  maximumFiles: number;
  maximumDepth: number;
}

export interface Walked {
  /** Repository paths of all files, links to files inside the repository included; not sorted. */
  files: string[];
  folders: string[];
  truncated: boolean;
  problems: LockkeeperProblem[];
}

/** True when an absolute real path is the root or lies in it. */
export function insideRoot(root: string, absolute: string): boolean {
  return absolute === root || absolute.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * Walks a repository. Links to folders are never entered (their target, if inside, is walked anyway); links to files are
 * kept when they stay inside.
 *
 * @param root absolute real path
 * @param limits bounds; what lies beyond them is left out and reported
 */
export async function walk(root: string, limits: WalkLimits): Promise<Walked> {
  const walked: Walked = { files: [], folders: ['.'], truncated: false, problems: [] };
  let level = ['.'];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.maximumDepth) {
      truncate(walked, `folders nested deeper than ${limits.maximumDepth}`);
      break;
    }
    const next: string[] = [];
    for (let at = 0; at < level.length && !walked.truncated; at += foldersAtOnce) {
      const found = await Promise.all(level.slice(at, at + foldersAtOnce).map((folder) => readFolder(root, folder, walked)));
      for (const folders of found) next.push(...folders);
      if (walked.files.length > limits.maximumFiles) truncate(walked, `more than ${limits.maximumFiles} files`);
    }
    walked.folders.push(...next);
    level = walked.truncated ? [] : next;
  }
  return walked;
}

async function readFolder(root: string, folder: string, walked: Walked): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch {
    walked.problems.push({
      code: 'UNREADABLE',
      message: `The folder ${folder} cannot be read.`,
      next: 'Check its permissions; the rest was looked at.',
      file: folder,
    });
    return [];
  }
  const names = new Set(entries.map((entry) => entry.name));
  // A virtual environment may have any name; this file marks it.
  if (folder !== '.' && names.has('pyvenv.cfg')) return [];
  const base = folder.slice(folder.lastIndexOf('/') + 1);
  if (skippedUnlessPackage.has(base) && !names.has('__init__.py') && !names.has('apps.py')) return [];
  const prefix = folder === '.' ? '' : `${folder}/`;
  const folders: string[] = [];
  for (const entry of entries) {
    const path = prefix + entry.name;
    if (entry.isSymbolicLink()) await followLink(root, path, walked);
    else if (entry.isFile()) walked.files.push(path);
    else if (entry.isDirectory() && !skippedAlways.has(entry.name)) folders.push(path);
  }
  return folders;
}

async function followLink(root: string, path: string, walked: Walked): Promise<void> {
  let target: string;
  try {
    target = await realpath(join(root, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') report(walked, cyclic(path));
    return; // A dangling link is nobody's stack.
  }
  if (!insideRoot(root, target)) {
    report(walked, {
      code: 'PATH_OUTSIDE_PROJECT',
      message: `The link ${path} leads out of the repository and was not followed.`,
      next: 'If migrations lie there, run lockkeeper in the folder that holds them.',
      file: path,
    });
    return;
  }
  const entry = await stat(target).catch(() => null);
  if (entry?.isFile()) walked.files.push(path);
  else if (entry?.isDirectory() && isUnder(path, target === root ? '.' : target.slice(root.length + 1).replaceAll(sep, '/')))
    report(walked, cyclic(path));
}

function cyclic(path: string): LockkeeperProblem {
  return {
    code: 'UNREADABLE',
    message: `The link ${path} is cyclic and was not followed.`,
    next: 'Remove the link; the rest was looked at.',
    file: path,
  };
}

function report(walked: Walked, problem: LockkeeperProblem): void {
  if (walked.problems.length < reportedLinks) walked.problems.push(problem);
}

function truncate(walked: Walked, why: string): void {
  walked.truncated = true;
  walked.problems.push({
    code: 'UNREADABLE',
    message: `The repository has ${why}: the rest was not looked at.`,
    next: 'Run lockkeeper in the subfolder that holds the project.',
  });
}
