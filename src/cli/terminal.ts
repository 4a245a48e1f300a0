import { excerpt } from '../core/sanitise.js';
import { columns, type Paper } from '../report/paper.js';

/** The paper that a stream is: colours only on a terminal, and not when NO_COLOR is set. */
export function paperOf(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Paper {
  const terminal = stream.isTTY === true;
  const colour = terminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return { colour, width: terminal ? Math.min(Math.max(stream.columns || 80, 40), 120) : 100 };
}

/** Writes to standard output and waits until it is taken. A reader that went away is no error. */
export async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error)));
    process.stdout.write(text, () => resolve());
  });
}

/** One line of progress on a terminal's standard error; nothing elsewhere. */
export class ProgressLine {
  private shown = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  readonly report = (done: number, total: number, message: string): void => {
    if (!this.stream.isTTY) return;
    const cells = 20;
    const full = total > 0 ? Math.round((Math.min(done, total) / total) * cells) : 0;
    const bar = '█'.repeat(full) + '░'.repeat(cells - full);
    const room = Math.max(10, (this.stream.columns || 80) - cells - 12);
    const text = excerpt(message, room);
    this.stream.write(`\r${bar} ${done}/${total} ${text}${' '.repeat(Math.max(0, room - columns(text)))}`);
    this.shown = true;
  };

  clear(): void {
    if (this.shown) this.stream.write('\r\u001b[2K');
    this.shown = false;
  }
}
