/** Starts a tool's program: argument array, chosen environment, no shell, closed stdin, a time limit, bounded output. */
import { execa } from 'execa';
import { LockkeeperError } from '../../core/errors.js';
import { redact } from '../../core/redact.js';

export interface ChildInput {
  /** Program and its arguments. */
  words: readonly string[];
  /** Absolute path of the folder it runs in. */
  folder: string;
  /** The whole environment of the child; nothing is added. */
  environment: Readonly<Record<string, string>>;
  /** Milliseconds, two minutes when absent; the child and its own children are ended then. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Bytes kept of each stream; more ends nothing, the middle is dropped. */
  outputLimit?: number;
  /** Strings that must not be shown, e.g. the password. */
  secrets?: readonly (string | null | undefined)[];
}

export interface ChildResult {
  /** As it may be shown: secrets out. */
  command: string[];
  /** Null when it was ended by a signal or did not start. */
  exitCode: number | null;
  timedOut: boolean;
  cancelled: boolean;
  /** As it came, for reading; may hold secrets. */
  stdout: string;
  stderr: string;
  /** Both streams without control codes and secrets, for people; at most 4,000 characters, the end counts. */
  said: string;
}

/**
 * Runs a program to its end. A failing exit is an answer, not an error.
 *
 * @throws LockkeeperError TOOL_NOT_FOUND when the program is not there
 */
export async function runChild(input: ChildInput): Promise<ChildResult> {
  const [program = '', ...rest] = input.words;
  const limit = input.outputLimit ?? 16 * 1024 * 1024;
  const child = execa(program, rest, {
    cwd: input.folder,
    env: { ...input.environment },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    shell: false,
    preferLocal: false,
    // A group of its own: tools start children (npx, go run, mvnw) that must end with them.
    detached: process.platform !== 'win32',
    timeout: 0,
    maxBuffer: limit,
    stripFinalNewline: false,
  });
  let timedOut = false;
  let cancelled = false;
  const end = (signal: NodeJS.Signals): void => endGroup(child.pid, signal);
  const stop = (): void => {
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), 3000).unref();
  };
  const limitMs = input.timeoutMs ?? 120_000;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, limitMs);
  const onAbort = (): void => {
    cancelled = true;
    stop();
  };
  if (input.signal?.aborted) onAbort();
  input.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await child;
    if (result.code === 'ENOENT' || result.code === 'EACCES') throw notFound(program);
    const stdout = String(result.stdout ?? '');
    const stderr = String(result.stderr ?? '');
    return {
      command: input.words.map((word) => redact(word, input.secrets)),
      exitCode: result.exitCode ?? null,
      timedOut,
      cancelled,
      stdout,
      stderr,
      said: shown(
        `${stdout}\n${stderr}${timedOut ? `\nlockkeeper ended it: the time limit of ${Math.round(limitMs / 1000)} seconds was over.` : ''}`,
        input.secrets ?? [],
      ),
    };
  } finally {
    clearTimeout(timer);
    input.signal?.removeEventListener('abort', onAbort);
    end('SIGTERM');
  }
}

/** Text of a tool as a person may see it: no control codes, no secrets, bounded. */
export function shown(text: string, secrets: readonly (string | null | undefined)[]): string {
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*\u0007|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const safe = redact(plain, secrets);
  return safe.length > 4000 ? `…${safe.slice(-4000)}` : safe;
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It is gone already.
  }
}

function notFound(program: string): LockkeeperError {
  return new LockkeeperError(
    'TOOL_NOT_FOUND',
    `${program} cannot be started: it is not installed here.`,
    'Install the project and its tool as the project says, or run lockkeeper where they are; lockkeeper doctor tells what is missing.',
  );
}
