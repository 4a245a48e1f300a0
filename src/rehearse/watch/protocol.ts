/** Messages of PostgreSQL's protocol, built and read as watching needs (documentation: "Message Formats"). */
import { Fields, type Message } from '../../databases/postgres/wire/messages.js';
import type { StatementError } from './sink.js';

/** A simple query. */
export function query(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`, 'utf8'));
}

export function readyForQuery(status: string): Buffer {
  return message('Z', Buffer.from(status, 'latin1'));
}

/** SQLSTATE and message of the first refusal among messages. */
export function errorOf(messages: readonly Message[]): StatementError | null {
  const refusal = messages.find((each) => each.type === 'E');
  if (refusal === undefined) return null;
  const fields = fieldsOf(refusal);
  return {
    code: fields.get('C') ?? '',
    message: fields.get('M') ?? '',
    constraint: fields.get('n') ?? null,
    table: fields.get('t') === undefined ? null : `${fields.get('s') ?? 'public'}.${fields.get('t')}`,
    column: fields.get('c') ?? null,
  };
}

/** A message of the server below the level of a notice. */
export function isDebug(each: Message): boolean {
  return each.type === 'N' && (fieldsOf(each).get('V') ?? '').startsWith('DEBUG');
}

/** Text of a notice. */
export function notice(each: Message): string {
  return fieldsOf(each).get('M') ?? '';
}

/** First column of each row. */
export function rowsOf(messages: readonly Message[]): string[] {
  return messages
    .filter((each) => each.type === 'D')
    .map((each) => {
      const fields = new Fields(each.body);
      if (fields.int16() === 0) return '';
      const length = fields.int32();
      return length < 0 ? '' : fields.bytes(length).toString('utf8');
    });
}

/** Rows that a command changed, by its tag: `INSERT 0 3`, `UPDATE 2`; null for one that changes none. */
export function tagRows(complete: Message): number | null {
  const tag = new Fields(complete.body).text();
  const found = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(tag);
  return found ? Number(found[1]) : null;
}

/**
 * The same refusal as if the statement had been sent with the text before it: clients print the place from it.
 *
 * @param before text of the script before the statement
 */
export function shiftPosition(refusal: Message, before: string): Message {
  const fields = fieldsOf(refusal);
  const position = Number(fields.get('P') ?? Number.NaN);
  if (!Number.isFinite(position) || before === '') return refusal;
  fields.set('P', String(position + [...before].length));
  const body = Buffer.from(`${[...fields].map(([code, text]) => `${code}${text}\0`).join('')}\0`, 'utf8');
  return { type: 'E', body, whole: message('E', body) };
}

function fieldsOf(each: Message): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of each.body.toString('utf8').split('\0')) if (field !== '') fields.set(field[0] ?? '', field.slice(1));
  return fields;
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
