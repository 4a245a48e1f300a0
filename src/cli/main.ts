import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { safeJson, sanitiseLine } from '../core/sanitise.js';
import { maximumBytes } from '../operations/gather/text-file.js';
import { type CommandResult, parseOptions, type Surroundings } from './command.js';
import { commands } from './commands/index.js';
import { exitCodes, refused } from './exit-code.js';
import { commandHelp, generalHelp } from './help.js';
import { writeOut } from './terminal.js';

/**
 * The command line: parses, runs one command, writes its answer, sets the exit code. Never shows a stack trace.
 *
 * @param words arguments after the program's name
 */
export async function main(words: readonly string[]): Promise<void> {
  // One call parses for some milliseconds: compiling the parser's WebAssembly a second time, optimised, never pays.
  setFlagsFromString('--liftoff-only');
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = exitCodes.badInput;
  });
  process.once('uncaughtException', (error) => {
    process.stderr.write(failureText(error), () => process.exit(exitCodeOf(error)));
  });
  try {
    const result = await run(words, {
      workingFolder: process.cwd(),
      environment: process.env,
      signal: interrupted.signal,
      readStandardInput,
    });
    await writeOut(result.text);
    process.exitCode = result.exitCode;
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (words.includes('--json')) await writeOut(`${safeJson({ error: problemOf(error) }, 2)}\n`);
    process.stderr.write(failureText(error));
  }
}

async function run(words: readonly string[], surroundings: Surroundings): Promise<CommandResult> {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    return { text: rest[0] ? commandHelp(await find(rest[0])) : await generalHelp(), exitCode: exitCodes.fine };
  }
  const command = await find(name);
  if (rest.includes('--help') || rest.includes('-h')) return { text: commandHelp(command), exitCode: exitCodes.fine };
  const { values, positionals } = parse(command.name, rest, parseOptions(command.flags));
  const result = await command.run(values, positionals, surroundings);
  if (typeof values.output === 'string') {
    await writeReport(values.output, result.text);
    return { ...result, text: '' };
  }
  return values.quiet ? { ...result, text: '' } : result;
}

async function find(name: string): Promise<Awaited<ReturnType<(typeof commands)[string]>>> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load) return load();
  const there = `Commands: ${Object.keys(commands).join(', ')}. Without one, lockkeeper serves MCP.`;
  const message = name.startsWith('-') ? `${name} stands before a command.` : `There is no command ${name}.`;
  throw new LockkeeperError('BAD_USAGE', message, there);
}

function parse(
  name: string,
  words: string[],
  options: ReturnType<typeof parseOptions>,
): { values: Record<string, string | boolean | (string | boolean)[] | undefined>; positionals: string[] } {
  try {
    return parseArgs({ args: words, options, allowPositionals: true, strict: true });
  } catch (error) {
    // node:util explains at length; its first sentence says what is wrong.
    const message =
      (error instanceof Error ? error.message : String(error)).split('. ')[0]?.replace(/\.$/, '') ?? 'The flags cannot be read';
    throw new LockkeeperError('BAD_USAGE', `${message}.`, `See lockkeeper ${name} --help.`);
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch {
    throw new LockkeeperError(
      'BAD_USAGE',
      `The report cannot be written to ${file}.`,
      'Name a file in a folder that exists and that you may write to.',
    );
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    // One byte more than allowed is enough: the size is checked where the text is read.
    if (size > maximumBytes) break;
  }
  return Buffer.concat(chunks);
}

function problemOf(error: unknown): LockkeeperProblem {
  if (error instanceof LockkeeperError) return error.problem;
  const message = redact(error instanceof Error ? error.message : String(error));
  return {
    code: 'INTERNAL',
    message: `This is a defect of lockkeeper: ${sanitiseLine(message)}`,
    next: 'Report it with what you ran; LOCKKEEPER_DEBUG=1 shows where it happened. Nothing was judged.',
  };
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof LockkeeperError)) return exitCodes.internal;
  if (refused.has(error.problem.code)) return exitCodes.refused;
  return ['DATABASE_REFUSED', 'DATABASE_UNREACHABLE', 'DATABASE_TOO_OLD', 'NOT_SUPPORTED_YET', 'NOT_RENDERED', 'CANCELLED'].includes(
    error.problem.code,
  )
    ? exitCodes.notJudged
    : exitCodes.badInput;
}

function failureText(error: unknown): string {
  const problem = problemOf(error);
  const debug = process.env.LOCKKEEPER_DEBUG === '1' && error instanceof Error ? `${redact(error.stack ?? '')}\n` : '';
  return `lockkeeper: ${sanitiseLine(redact(problem.message))} [${problem.code}]\n  ${sanitiseLine(redact(problem.next))}\n${debug}`;
}
