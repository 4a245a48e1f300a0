/** Follows one connection and notes every statement that the client had executed. */
import type { RecordedStatement } from '../../../core/recorded.js';
import { boundValues, Fields, type Message } from './messages.js';

interface Bound {
  sql: string;
  values: RecordedStatement['values'];
}

/** Statements of a client in the order in which it sent them; `failed` is filled in when the server answers. */
export class StatementRecorder {
  private readonly prepared = new Map<string, string>();
  private readonly portals = new Map<string, Bound>();
  /** Sent and not answered yet, oldest first; `null` stands for a Sync. */
  private readonly waiting: (RecordedStatement | null)[] = [];
  private inTransaction = false;

  /**
   * @param connection number of the connection
   * @param record gets each statement when it is sent
   */
  constructor(
    private readonly connection: number,
    private readonly record: (statement: RecordedStatement) => void,
  ) {}

  /** What the client sends. Malformed messages are passed over: the server refuses them. */
  sent(message: Message): void {
    const fields = new Fields(message.body);
    if (message.type === 'Q') {
      this.note({ sql: fields.text(), values: [] });
      this.waiting.push(null);
    } else if (message.type === 'P') this.prepared.set(fields.text(), fields.text());
    else if (message.type === 'B') this.bind(fields);
    else if (message.type === 'E') {
      const bound = this.portals.get(fields.text());
      if (bound) this.note(bound);
    } else if (message.type === 'S') this.waiting.push(null);
  }

  /** What the server answers. */
  answered(message: Message): void {
    if (message.type === 'E') {
      const failed = this.waiting.find((each) => each !== null);
      if (failed) failed.failed = true;
      // What follows in the same round is skipped by the server, up to the Sync.
      const sync = this.waiting.indexOf(null);
      for (const skipped of this.waiting.slice(0, Math.max(0, sync))) if (skipped) skipped.failed = true;
    } else if (message.type === 'Z') {
      const sync = this.waiting.indexOf(null);
      this.waiting.splice(0, sync === -1 ? this.waiting.length : sync + 1);
      this.inTransaction = message.body[0] !== 0x49;
    } else if (
      (message.type === 'C' || message.type === 'I' || message.type === 's') &&
      this.waiting.length > 1 &&
      this.waiting[1] !== null
    ) {
      // One of several statements of a round is done; a simple query may answer several times, and waits for its 'Z'.
      this.waiting.shift();
    }
  }

  private note(bound: Bound): void {
    const statement: RecordedStatement = { ...bound, inTransaction: this.inTransaction, failed: false, connection: this.connection };
    this.waiting.push(statement);
    this.record(statement);
  }

  private bind(fields: Fields): void {
    const portal = fields.text();
    const sql = this.prepared.get(fields.text()) ?? '';
    this.portals.set(portal, { sql, values: boundValues(fields) });
  }
}
