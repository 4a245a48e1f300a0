import type { CallToolResult } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { excerpt } from '../core/sanitise.js';
import { inArguments } from './words.js';

const longest = 600;

/** Key of the problem in the result's `_meta`. */
const problemKey = 'lockkeeper/problem';

/**
 * A failed call: `isError`, and `{ code, message, next }` as the text and as `_meta`. It is not `structuredContent`,
 * because deployed clients check that against the output schema even of an error, and then hide the error
 * (`@modelcontextprotocol/sdk` 1.32.2, client `callTool`).
 */
export function failed(error: unknown): CallToolResult {
  const problem = shown(problemOf(error));
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(problem) }], _meta: { [problemKey]: problem } };
}

/** What is wrong with the arguments, without their values: one of them may be a secret in the wrong place. */
export function badArguments(tool: string, error: z.ZodError): LockkeeperError {
  const issues = error.issues.slice(0, 5).map((issue) => {
    const at = issue.path.join('.');
    return at === '' ? issue.message : `${at}: ${issue.message}`;
  });
  return new LockkeeperError(
    'BAD_USAGE',
    `Invalid arguments for ${tool}: ${issues.join('; ')}`,
    `Correct the arguments by the input schema of ${tool}.`,
  );
}

function problemOf(error: unknown): LockkeeperProblem {
  if (error instanceof LockkeeperError) return error.problem;
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'CANCELLED', message: 'The call was cancelled.', next: 'Call again when you need the answer.' };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'INTERNAL',
    message: `lockkeeper failed: ${message}`,
    next: 'Report this as a defect of lockkeeper. Nothing was judged: treat the change as unknown.',
  };
}

function shown(problem: LockkeeperProblem): LockkeeperProblem {
  const clean = (text: string) => excerpt(redact(text), longest);
  return {
    code: problem.code,
    message: clean(inArguments(problem.message)),
    next: clean(inArguments(problem.next)),
    ...(problem.file === undefined ? {} : { file: clean(problem.file) }),
    ...(problem.line === undefined ? {} : { line: problem.line }),
  };
}
