/** Copies the rows of a query into a file, in PostgreSQL's own text format, and reads such a file again. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import type { Client, Connection, Submittable } from 'pg';

/** The driver's part of a COPY … TO STDOUT. */
class CopyOut implements Submittable {
  private settle: { resolve: (rows: number) => void; reject: (error: unknown) => void } | null = null;
  private rows = 0;
  private failed: unknown = null;
  readonly done = new Promise<number>((resolve, reject) => {
    this.settle = { resolve, reject };
  });

  constructor(
    private readonly text: string,
    private readonly take: (chunk: Buffer) => void,
  ) {}

  submit(connection: Connection): void {
    (connection as unknown as { query(text: string): void }).query(this.text);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    try {
      if (this.failed === null) this.take(chunk);
    } catch (error) {
      this.failed = error;
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = Number(/\d+$/.exec(text)?.[0] ?? 0);
  }

  handleReadyForQuery(): void {
    if (this.failed === null) this.settle?.resolve(this.rows);
    else this.settle?.reject(this.failed);
  }

  handleError(error: unknown): void {
    this.settle?.reject(error);
  }
}

/**
 * Writes the rows of a query into a new file that only its owner may read; what is resolved is on the disk.
 *
 * @param query in parentheses
 * @returns how many rows
 * @throws the server's error, or that of the file
 */
export async function copyOut(client: Client, query: string, path: string): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    // Written before the next part is read: a fast server does not fill the memory.
    const copy = new CopyOut(`COPY ${query} TO STDOUT`, (chunk) => {
      for (let at = 0; at < chunk.length; ) at += writeSync(file.fd, chunk, at);
    });
    client.query(copy);
    const rows = await copy.done;
    await file.sync();
    return rows;
  } finally {
    await file.close();
  }
}

/** Rows of such a file, in parts of at most a few hundred kilobytes: the values of each row as text, null for NULL. */
export async function* readCopy(path: string): AsyncGenerator<(string | null)[][]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const whole = Buffer.concat([rest, chunk as Buffer]);
    const end = whole.lastIndexOf(0x0a);
    rest = whole.subarray(end + 1);
    if (end >= 0) yield whole.toString('utf8', 0, end).split('\n').map(valuesOf);
  }
}

function valuesOf(line: string): (string | null)[] {
  return line
    .split('\t')
    .map((value) => (value === '\\N' ? null : value.replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign)));
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
