/** The server's side of a watched connection: a real server behind a socket, or the embedded one. */
import { connect } from 'node:net';
import type { WireDatabase } from '../../databases/pglite.js';
import { type Message, MessageCutter } from '../../databases/postgres/wire/messages.js';

/** Takes messages of the protocol and gives those that the server answers. */
export interface Backend {
  /** Sends bytes; answers arrive through `onMessage`. Resolves when they may be followed by more. */
  write(bytes: Buffer): Promise<void>;
  /** Set by the owner before the first `write`. */
  onMessage: (message: Message) => void;
  onEnd: () => void;
  /** Called when the session is idle outside a transaction: others may have their turn. */
  idle(): void;
  end(): void;
}

/** A session of a real server. */
export function serverBackend(upstream: { host: string; port: number }): Backend {
  const socket = upstream.host.startsWith('/') ? connect({ path: `${upstream.host}/.s.PGSQL.${upstream.port}` }) : connect(upstream);
  socket.setNoDelay(true);
  const cutter = new MessageCutter(false);
  const backend: Backend = {
    write: async (bytes) => void socket.write(bytes),
    onMessage: () => undefined,
    onEnd: () => undefined,
    idle: () => undefined,
    end: () => socket.end(),
  };
  socket.on('data', (bytes: Buffer) => {
    try {
      for (const message of cutter.add(bytes))
        backend.onMessage({ ...message, body: Buffer.from(message.body), whole: Buffer.from(message.whole) });
    } catch {
      socket.destroy();
    }
  });
  for (const event of ['error', 'close', 'end'] as const) socket.on(event, () => backend.onEnd());
  return backend;
}

/** Who may speak to the one session of an embedded database. */
export class Turns {
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

/**
 * A session of an embedded database. It has only one: connections take turns, and one inside a transaction keeps its turn.
 * What a connection left behind (a transaction, settings, prepared statements) is cleared when it ends.
 */
export function embeddedBackend(database: WireDatabase, turns: Turns): Backend {
  let ended = false;
  const backend: Backend = {
    async write(bytes) {
      await turns.take(backend);
      const answer = Buffer.from(await database.exchange(bytes));
      for (const message of new MessageCutter(false).add(answer)) backend.onMessage(message);
    },
    onMessage: () => undefined,
    onEnd: () => undefined,
    idle: () => turns.give(backend),
    end() {
      if (ended) return;
      ended = true;
      void turns
        .take(backend)
        .then(async () => {
          await database.exec('ROLLBACK');
          await database.exec('DISCARD ALL');
        })
        .catch(() => undefined)
        .finally(() => turns.give(backend));
    },
  };
  return backend;
}
