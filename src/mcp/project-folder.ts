import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { LockkeeperError } from '../core/errors.js';

/** Where a call works: `workingFolder` for the operation's context, `project` for its input. */
export interface ProjectFolder {
  workingFolder: string;
  project: string | undefined;
}

/** Chooses the folder of a call from its `project` argument. */
export type ChooseProject = (argument: string | undefined) => Promise<ProjectFolder>;

/**
 * How the project is chosen: the call's argument, else CLAUDE_PROJECT_DIR, else LOCKKEEPER_PROJECT, else the folder that
 * the server was started in. A folder fixed at the start wins over all of them: then only folders inside it are accepted.
 *
 * @param fixed folder given when the server was started
 * @param environment variables of the server
 * @param startFolder folder that the server was started in
 * @returns a function that throws LockkeeperError PATH_OUTSIDE_PROJECT
 */
export function projectChooser(fixed: string | undefined, environment: NodeJS.ProcessEnv, startFolder: string): ChooseProject {
  if (fixed === undefined) {
    const workingFolder = resolve(startFolder, environment.CLAUDE_PROJECT_DIR || environment.LOCKKEEPER_PROJECT || '.');
    return async (argument) => ({ workingFolder, project: argument });
  }
  const root = resolve(startFolder, fixed);
  return async (argument) => {
    if (argument === undefined) return { workingFolder: root, project: undefined };
    const asked = resolve(root, argument);
    const inside = isInside(root, asked) && isInside(await real(root), await real(asked));
    if (inside) return { workingFolder: root, project: argument };
    throw new LockkeeperError(
      'PATH_OUTSIDE_PROJECT',
      'This server was started for one project, and the folder that was asked for is outside it.',
      'Leave "project" out, or name a folder inside the project relative to its root.',
    );
  };
}

/** True when `path` is `folder` or below it. Both absolute. */
function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The path without symbolic links; the path itself when there is nothing. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
