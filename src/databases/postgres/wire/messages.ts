/** PostgreSQL's wire protocol, version 3, as far as watching and answering it needs (documentation: "Frontend/Backend Protocol"). */

/** One message: its type letter (empty for the untyped ones that open a connection) and its body. */
export interface Message {
  type: string;
  body: Buffer;
  /** All of it, as it goes on. */
  whole: Buffer;
}

/** Codes of the untyped messages that may come before the start-up. */
export const opening = { ssl: 80877103, gss: 80877104, cancel: 80877102 } as const;

/** Version 3.0. */
export const protocolVersion = 3 << 16;

const largestMessage = 1 << 30;

/** Cuts a stream of bytes into messages. The first messages of a client are untyped until the start-up is through. */
export class MessageCutter {
  private parts: Buffer[] = [];
  private held = 0;
  /** Bytes that the next message is known to need. */
  private wanted = 5;

  /** @param untyped true for what a client sends, until `started` is called */
  constructor(private untyped: boolean) {}

  started(): void {
    this.untyped = false;
  }

  /** Bytes of a message that has not come in full. */
  get waiting(): number {
    return this.held;
  }

  /**
   * Adds bytes and answers every message that is complete. Lazily, so that `started` counts for what follows. The parts of a
   * large message are joined once, when it is complete.
   *
   * @throws Error when the bytes are no protocol
   */
  *add(bytes: Buffer): Generator<Message> {
    this.parts.push(bytes);
    this.held += bytes.length;
    if (this.held < this.wanted) return;
    let rest = this.parts.length === 1 ? bytes : Buffer.concat(this.parts);
    for (;;) {
      const head = this.untyped ? 0 : 1;
      this.wanted = head + 4;
      if (rest.length < this.wanted) break;
      const length = rest.readInt32BE(head);
      if (length < 4 || length > largestMessage) throw new Error('no PostgreSQL protocol');
      this.wanted = head + length;
      if (rest.length < this.wanted) break;
      const whole = rest.subarray(0, head + length);
      rest = rest.subarray(head + length);
      // Before the message is handed out, so that an early end of the loop loses nothing.
      this.parts = rest.length === 0 ? [] : [rest];
      this.held = rest.length;
      yield { type: head === 0 ? '' : String.fromCharCode(whole[0]!), body: whole.subarray(head + 4), whole };
    }
    this.parts = rest.length === 0 ? [] : [rest];
    this.held = rest.length;
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

  rest(): Buffer {
    return this.body.subarray(this.at);
  }
}

/** Puts a typed message together from its fields: texts end with a zero, numbers are 32 bits. */
export function message(type: string, ...fields: (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(
    fields.map((field) => {
      if (typeof field === 'string') return Buffer.from(`${field}\0`);
      if (typeof field !== 'number') return field;
      const number = Buffer.alloc(4);
      number.writeInt32BE(field);
      return number;
    }),
  );
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** What an ErrorResponse or a NoticeResponse says. */
export interface ServerError {
  severity: string;
  /** SQLSTATE. */
  code: string;
  message: string;
  detail?: string;
  hint?: string;
}

/** An ErrorResponse. */
export function errorMessage({ severity, code, message: said, detail, hint }: ServerError): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${said}`];
  if (detail !== undefined) fields.push(`D${detail}`);
  if (hint !== undefined) fields.push(`H${hint}`);
  return message('E', ...fields, Buffer.from([0]));
}

/** Reads an ErrorResponse; what it does not have is empty. */
export function readError(body: Buffer): ServerError {
  const found: ServerError = { severity: '', code: '', message: '' };
  const fields = new Fields(body);
  for (let field = fields.text(); field !== ''; field = fields.text()) {
    if (field[0] === 'V' || (field[0] === 'S' && found.severity === '')) found.severity = field.slice(1);
    else if (field[0] === 'C') found.code = field.slice(1);
    else if (field[0] === 'M') found.message = field.slice(1);
  }
  return found;
}

/**
 * Values of a Bind message as text; binary ones are `undefined`.
 *
 * @param wholeNumbers reads binary values of 2, 4 and 8 bytes as whole numbers
 */
export function boundValues(fields: Fields, wholeNumbers = false): (string | null | undefined)[] {
  const formats = Array.from({ length: fields.int16() }, () => fields.int16());
  return Array.from({ length: fields.int16() }, (_, at) => {
    const length = fields.int32();
    if (length === -1) return null;
    const bytes = fields.bytes(length);
    const format = formats.length === 1 ? formats[0] : (formats[at] ?? 0);
    if (format === 0) return bytes.toString('utf8');
    if (!wholeNumbers) return undefined;
    if (length === 8) return String(bytes.readBigInt64BE());
    if (length === 4) return String(bytes.readInt32BE());
    return length === 2 ? String(bytes.readInt16BE()) : undefined;
  });
}
