/** Files in which projects write down commands: make, task runners, shell, container and workflow files. They are read, never run. */
import type { StackEvidence } from '../core/stack.js';
import { baseName, isUnder, parentFolder } from './paths.js';
import type { Repository } from './repository.js';
import { allPackages, scriptsWith } from './runners/javascript.js';

export interface CommandMatch {
  file: string;
  folder: string;
  line: number | null;
  match: RegExpExecArray;
}

const commandFile =
  /^((GNU)?[Mm]akefile|.*\.mk|[Tt]askfile(\..+)?\.ya?ml|[Jj]ustfile|Procfile|(.*\.)?Dockerfile(\..*)?|(docker-)?compose(\..+)?\.ya?ml|.*\.(sh|bash)|\.envrc|mise\.toml|fly\.toml)$/;

/** All command files of a repository, workflow files included. */
function commandFiles(repository: Repository): string[] {
  return repository.once('command files', () => {
    const workflows = repository.files.filter((file) =>
      /(^|\/)\.(github\/workflows|circleci)\/[^/]+\.ya?ml$|(^|\/)\.gitlab-ci\.yml$/.test(file),
    );
    return [...new Set([...repository.named(commandFile), ...workflows])];
  });
}

/**
 * Lines that match in the command files at or below a folder, and in npm scripts there. Comment lines do not count.
 *
 * @param needle plain text that a file must hold before it is searched
 */
export function commandMatches(repository: Repository, folder: string, pattern: RegExp, needle: string): CommandMatch[] {
  const found: CommandMatch[] = [];
  for (const file of commandFiles(repository)) {
    if (!isUnder(file, folder)) continue;
    const text = repository.peek(file, 256 * 1024);
    if (!text.includes(needle)) continue;
    text.split(/\r?\n/).forEach((line, index) => {
      const match = /^\s*(#|\/\/)/.test(line) ? null : pattern.exec(line);
      if (match !== null) found.push({ file, folder: parentFolder(file), line: index + 1, match });
    });
  }
  for (const owner of allPackages(repository)) {
    if (!isUnder(owner.folder, folder)) continue;
    for (const script of scriptsWith(repository, owner, pattern)) {
      const match = pattern.exec(script.text);
      if (match !== null) found.push({ file: owner.file, folder: owner.folder, line: script.line, match });
    }
  }
  return found;
}

export function commandEvidence(found: CommandMatch, what: string): StackEvidence {
  return { file: found.file, line: found.line, what: `${what} in ${baseName(found.file)}` };
}

/** Variables of a shell or make text: `$X`, `${X}`, `$(X)`, `$$X`. */
export function shellVariables(text: string): string[] {
  return [...text.matchAll(/\$\$?(?:\{|\()?([A-Za-z_]\w*)/g)].map((found) => found[1]!);
}
