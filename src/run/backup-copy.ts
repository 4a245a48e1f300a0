/** Copies tables out of a database and into another, in PostgreSQL's own text format, and counts what went. */
import type { Client, Connection, Submittable } from 'pg';

/** What the driver tells somebody who takes part in its conversation. */
interface Conversation {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

abstract class Copy implements Submittable {
  private settle: { resolve: (rows: number) => void; reject: (error: unknown) => void } | null = null;
  private rows = 0;
  readonly done = new Promise<number>((resolve, reject) => {
    this.settle = { resolve, reject };
  });

  constructor(private readonly text: string) {}

  submit(connection: Connection): void {
    (connection as unknown as Conversation).query(this.text);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = Number(/\d+$/.exec(text)?.[0] ?? 0);
  }

  handleReadyForQuery(): void {
    this.settle?.resolve(this.rows);
  }

  handleError(error: unknown): void {
    this.settle?.reject(error);
  }
}

class CopyOut extends Copy {
  constructor(
    text: string,
    private readonly take: (chunk: Buffer) => void,
  ) {
    super(text);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.take(chunk);
  }
}

class CopyIn extends Copy {
  constructor(
    text: string,
    private readonly chunks: Iterable<Buffer>,
  ) {
    super(text);
  }

  handleCopyInResponse(connection: Conversation): void {
    for (const chunk of this.chunks) connection.sendCopyFromChunk(chunk);
    connection.endCopyFrom();
  }
}

/** Rows of a query in parentheses, as COPY writes them. @returns how many */
export async function copyOut(client: Client, query: string, take: (chunk: Buffer) => void): Promise<number> {
  const copy = new CopyOut(`COPY ${query} TO STDOUT`, take);
  client.query(copy);
  return copy.done;
}

/** The other way. @returns how many */
export async function copyIn(client: Client, table: string, columns: readonly string[], chunks: Iterable<Buffer>): Promise<number> {
  const copy = new CopyIn(`COPY ${table} (${columns.join(', ')}) FROM STDIN`, chunks);
  client.query(copy);
  return copy.done;
}
