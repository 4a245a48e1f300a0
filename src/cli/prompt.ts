/** Questions to whoever sits at the terminal. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { LockkeeperError } from '../core/errors.js';

/**
 * Asks on the terminal; the answer's line break ends it. Questions go to standard error, so that the answer of a command
 * stays alone on standard output.
 *
 * @param hidden what is typed is not shown, for passphrases
 * @throws LockkeeperError APPROVAL_REQUIRED without a terminal, DECLINED when the terminal is closed instead of an answer
 */
export async function askOnTerminal(question: string, signal: AbortSignal, hidden = false): Promise<string> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new LockkeeperError(
      'APPROVAL_REQUIRED',
      'This asks a person, and there is no terminal.',
      'A person runs it in a terminal of their own. A terminal is no proof of a person either: that is what levels B and C are for.',
    );
  }
  process.stderr.write(question);
  const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stderr;
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  const closed = new Promise<never>((_, reject) => {
    reader.once('close', () => reject(new LockkeeperError('DECLINED', 'The terminal was closed. Nothing was approved.', 'Ask again.')));
  });
  try {
    return await Promise.race([reader.question('', { signal }), closed]);
  } finally {
    reader.close();
    closed.catch(() => undefined);
    if (hidden) process.stderr.write('\n');
  }
}
