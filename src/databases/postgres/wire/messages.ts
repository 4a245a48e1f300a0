/** PostgreSQL's wire protocol, version 3, as far as watching it needs (documentation: "Frontend/Backend Protocol"). */

/** One message: its type letter (empty for the untyped ones that open a connection) and its body. */
export interface Message {
  type: string;
  body: Buffer;
  /** All of it, as it goes on. */
  whole: Buffer;
}

/** Codes of the untyped messages that may come before the start-up. */
export const opening = { ssl: 80877103, gss: 80877104, cancel: 80877102 } as const;

const largestMessage = 1 << 30;

/** Cuts a stream of bytes into messages. The first messages of a client are untyped until the start-up is through. */
export class MessageCutter {
  private rest: Buffer = Buffer.alloc(0);

  /** @param untyped true for what a client sends, until `started` is called */
  constructor(private untyped: boolean) {}

  started(): void {
    this.untyped = false;
  }

  /**
   * Adds bytes and answers every message that is complete. Lazily, so that `started` counts for what follows.
   *
   * @throws Error when the bytes are no protocol
   */
  *add(bytes: Buffer): Generator<Message> {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (;;) {
      const head = this.untyped ? 0 : 1;
      if (this.rest.length < head + 4) return;
      const length = this.rest.readInt32BE(head);
      if (length < 4 || length > largestMessage) throw new Error('no PostgreSQL protocol');
      if (this.rest.length < head + length) return;
      const whole = this.rest.subarray(0, head + length);
      this.rest = this.rest.subarray(head + length);
      yield { type: head === 0 ? '' : String.fromCharCode(whole[0]!), body: whole.subarray(head + 4), whole };
    }
  }
}

/** Reads the fields of a message's body one after the other. */
export class Fields {
  private at = 0;

  constructor(private readonly body: Buffer) {}

  text(): string {
    const end = this.body.indexOf(0, this.at);
    const text = this.body.toString('utf8', this.at, end === -1 ? this.body.length : end);
    this.at = end === -1 ? this.body.length : end + 1;
    return text;
  }

  int16(): number {
    const value = this.body.readInt16BE(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    const value = this.body.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  bytes(length: number): Buffer {
    const part = this.body.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }
}
