import { execa } from 'execa';
import { LockkeeperError } from '../../core/errors.js';

const timeoutMs = 30_000;
const maximumOutput = 64 * 1024 * 1024;

/**
 * Files that the working tree has and the common ancestor with `base` has not, or has otherwise: committed, staged,
 * changed and new. Paths are relative to the project, deleted files are left out.
 *
 * @param root absolute path of the project, anywhere in a working tree
 * @param base a revision; it must not begin with a dash
 * @throws LockkeeperError GIT_FAILED, BAD_USAGE
 */
export async function filesSince(root: string, base: string, signal?: AbortSignal): Promise<string[]> {
  const ancestor = await commonAncestor(root, base, signal);
  const changed = await git(
    root,
    ['diff', '--no-ext-diff', '--no-textconv', '--no-renames', '--relative', '--name-status', '-z', ancestor, '--'],
    signal,
  );
  const added = await git(root, ['ls-files', '--others', '--exclude-standard', '-z', '--'], signal);
  const files = new Set<string>();
  const parts = changed.split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const path = parts[at + 1];
    if (path && parts[at] !== 'D') files.add(path);
  }
  for (const path of added.split('\0')) if (path) files.add(path);
  return [...files].sort();
}

/** The revision that a branch most likely started from. */
export async function defaultBase(root: string, signal?: AbortSignal): Promise<string> {
  for (const candidate of ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    if (await commit(root, candidate, signal)) return candidate;
  }
  throw new LockkeeperError('GIT_FAILED', 'No main branch was found to compare with.', 'Name the revision with --base.');
}

async function commonAncestor(root: string, base: string, signal?: AbortSignal): Promise<string> {
  if (base.startsWith('-') || base.trim() === '' || base.includes('\0')) {
    throw new LockkeeperError('BAD_USAGE', 'The base is not a revision.', 'Name a branch, a tag or a commit.');
  }
  const found = await commit(root, base, signal);
  if (found === null) {
    throw new LockkeeperError(
      'GIT_FAILED',
      `git knows no revision ${base}.`,
      'Fetch it, or name another one; in CI fetch the whole history (depth 0).',
    );
  }
  const head = await commit(root, 'HEAD', signal);
  if (head === null) throw new LockkeeperError('GIT_FAILED', 'The repository has no commit yet.', 'Name the files instead.');
  const result = await run(root, ['merge-base', found, head], signal);
  if (result.exitCode !== 0) {
    throw new LockkeeperError(
      'GIT_FAILED',
      `${base} and this branch have no common ancestor.`,
      'Fetch the whole history (a shallow clone lacks it), or name another base.',
    );
  }
  return result.stdout.trim();
}

async function commit(root: string, revision: string, signal?: AbortSignal): Promise<string | null> {
  const result = await run(root, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], signal);
  if (result.exitCode === 0) return result.stdout.trim();
  if (/not a git repository|dubious ownership|safe\.directory/i.test(result.stderr)) {
    const next = /not a git/i.test(result.stderr)
      ? 'Run in a git repository, or name the files instead.'
      : 'Trust it with `git config --global --add safe.directory <folder>`.';
    throw new LockkeeperError('GIT_FAILED', 'git does not see a repository here.', next);
  }
  return null;
}

async function git(root: string, commandArguments: string[], signal?: AbortSignal): Promise<string> {
  const result = await run(root, commandArguments, signal);
  if (result.exitCode === 0) return result.stdout;
  throw new LockkeeperError('GIT_FAILED', `git ${commandArguments[0]} failed.`, 'Run it by hand to see why, or name the files instead.');
}

/** Runs git without a shell and without any program that the repository's configuration may name. */
async function run(
  root: string,
  commandArguments: string[],
  signal?: AbortSignal,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const result = await execa('git', ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...commandArguments], {
    cwd: root,
    reject: false,
    timeout: timeoutMs,
    maxBuffer: maximumOutput,
    stdin: 'ignore',
    stripFinalNewline: false,
    env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_PAGER: 'cat', LC_ALL: 'C' },
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.isCanceled) throw new LockkeeperError('CANCELLED', 'The call was cancelled.', 'Call again when you need the answer.');
  if (result.timedOut) throw new LockkeeperError('GIT_FAILED', `git took longer than ${timeoutMs / 1000} s.`, 'Name the files instead.');
  if (result.isMaxBuffer) throw new LockkeeperError('GIT_FAILED', 'The branch differs in too many files.', 'Name the files instead.');
  if (result.exitCode === undefined)
    throw new LockkeeperError('GIT_FAILED', 'git could not be started.', 'Install git, or name the files instead.');
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
