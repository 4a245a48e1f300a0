/** The embedded PostgreSQL behind a port, so that a tool in another language can use it. */
import type { Socket } from 'node:net';
import type { WireDatabase } from '../databases/pglite.js';
import type { RecordedStatement } from '../core/recorded.js';
import { type Door, listen } from '../databases/postgres/wire/gate.js';
import { type Message, MessageCutter, opening } from '../databases/postgres/wire/messages.js';
import { StatementRecorder } from '../databases/postgres/wire/recorder.js';

/**
 * Serves an embedded database. It has one session only: connections take turns, and one inside a transaction keeps its turn.
 * What a connection left behind (prepared statements, settings) is cleared when it ends.
 *
 * @param database the embedded database
 * @param record gets every statement
 */
export async function serveEmbedded(database: WireDatabase, record: (statement: RecordedStatement) => void): Promise<Door> {
  const turns = new Turns();
  let connections = 0;
  return listen((client) => {
    connections += 1;
    const connection = new Connection(client, database, turns, new StatementRecorder(connections, record));
    return () => connection.end();
  });
}

/** Who may speak to the one session. */
class Turns {
  private holder: object | null = null;
  private readonly queue: { who: object; go: () => void }[] = [];

  async take(who: object): Promise<void> {
    if (this.holder === null || this.holder === who) {
      this.holder = who;
      return;
    }
    await new Promise<void>((go) => this.queue.push({ who, go }));
  }

  give(who: object): void {
    if (this.holder !== who) return;
    const next = this.queue.shift();
    this.holder = next?.who ?? null;
    next?.go();
  }
}

class Connection {
  private readonly cutter = new MessageCutter(true);
  private work: Promise<void> = Promise.resolve();
  private idle = true;
  private ended = false;

  constructor(
    private readonly client: Socket,
    private readonly database: WireDatabase,
    private readonly turns: Turns,
    private readonly recorder: StatementRecorder,
  ) {
    client.on('data', (bytes: Buffer) => this.take(Buffer.from(bytes)));
    client.on('error', () => this.end());
    client.on('close', () => this.end());
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.client.destroy();
    this.work = this.work
      .then(async () => {
        await this.turns.take(this);
        await this.database.exec('ROLLBACK');
        await this.database.exec('DISCARD ALL');
      })
      .catch(() => undefined)
      .finally(() => this.turns.give(this));
  }

  private take(bytes: Buffer): void {
    this.work = this.work
      .then(async () => {
        for (const message of this.cutter.add(bytes)) await this.answer(message);
      })
      .catch(() => this.end());
  }

  private async answer(message: Message): Promise<void> {
    if (this.ended) return;
    if (message.type === '') {
      const code = message.body.readInt32BE(0);
      if (code === opening.ssl || code === opening.gss) {
        this.client.write('N');
        return;
      }
      if (code === opening.cancel) return this.end();
      this.cutter.started();
    } else if (message.type === 'X') return this.end();
    else this.recorder.sent(message);
    await this.turns.take(this);
    this.idle = false;
    const answer = Buffer.from(await this.database.exchange(message.whole));
    for (const each of new MessageCutter(false).add(answer)) {
      this.recorder.answered(each);
      if (each.type === 'Z') this.idle = each.body[0] === 0x49;
    }
    if (!this.client.destroyed) this.client.write(answer);
    if (this.idle) this.turns.give(this);
  }
}
