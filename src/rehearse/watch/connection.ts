/** One connection of a tool to a throw-away database, watched from inside its own session. */
import type { Socket } from 'node:net';
import { Fields, type Message, MessageCutter, opening } from '../../databases/postgres/wire/messages.js';
import { splitStatements } from '../../sql/postgres/split.js';
import type { Backend } from './backend.js';
import { errorOf, isDebug, notice, query, readyForQuery, rowsOf, shiftPosition, tagRows } from './protocol.js';
import { isControl, isQuiet, runsAlone } from './statement.js';
import type { StatementError, WatchSink } from './sink.js';
import { SessionWatch } from './session-watch.js';

/** What the server said in one round, up to its "ready for query". */
export interface Round {
  messages: Message[];
  /** `I` idle, `T` in a transaction, `E` in a failed one. */
  status: string;
  error: StatementError | null;
}

/** Codes with which a statement says that it must run alone: no transaction block, no commit inside one. */
const mustRunAlone = new Set(['25001', '2D000']);

/**
 * Passes a tool's messages on, one statement after the other, and looks at the session after each: in the same session, so
 * that locks and files are seen before the transaction ends. Statements outside a transaction are put into one of their own,
 * as the server does by itself; those that it refuses there run bare. To the client nothing of it shows.
 */
export class WatchedConnection {
  private readonly cutter = new MessageCutter(true);
  private work: Promise<void> = Promise.resolve();
  private status = 'I';
  private started = false;
  private watched = true;
  private ended = false;
  private batch: Message[] = [];
  /** A batch that was sent with a Flush and waits for its Sync. */
  private flushed = false;
  private waiting: { relay: boolean; messages: Message[]; resolve: (round: Round) => void } | null = null;
  private readonly prepared = new Map<string, string>();
  private readonly portals = new Map<string, { sql: string; values: number }>();
  private readonly watch: SessionWatch;

  constructor(
    private readonly client: Socket,
    private readonly backend: Backend,
    sink: WatchSink,
  ) {
    backend.onMessage = (message) => this.answered(message);
    backend.onEnd = () => this.end();
    this.watch = new SessionWatch({ query: (sql) => this.ask(sql) }, (sql) => this.exchange([query(sql)], false), sink);
    client.on('data', (bytes: Buffer) => this.take(Buffer.from(bytes)));
    client.on('error', () => this.end());
    client.on('close', () => this.end());
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.client.end();
    this.watch.close();
    this.waiting?.resolve({ messages: [], status: 'I', error: null });
    this.waiting = null;
    void this.work.catch(() => undefined).then(() => this.backend.end());
  }

  private take(bytes: Buffer): void {
    try {
      for (const message of this.cutter.add(bytes)) this.route(message);
    } catch {
      this.end();
    }
  }

  private route(message: Message): void {
    if (message.type === '') {
      const code = message.body.readInt32BE(0);
      if (code === opening.ssl || code === opening.gss) return void this.client.write('N');
      if (code === opening.cancel) return this.enqueue(async () => void (await this.backend.write(message.whole)));
      this.cutter.started();
      // Our own connections are not looked at.
      this.watched = !message.body.toString('utf8').includes('application_name\0lockkeeper\0');
      return this.enqueue(() => this.start(message));
    }
    // Passwords and rows of COPY belong to the round that is under way.
    if ('pdcf'.includes(message.type)) return void this.backend.write(message.whole);
    this.enqueue(() => this.handle(message));
  }

  private enqueue(next: () => Promise<void>): void {
    this.work = this.work.then(() => (this.ended ? undefined : next())).catch(() => this.end());
  }

  private async start(message: Message): Promise<void> {
    const round = await this.exchange([message.whole], true);
    this.started = true;
    if (this.watched && round.status === 'I') await this.watch.start();
    this.ready(round.status);
  }

  private async handle(message: Message): Promise<void> {
    switch (message.type) {
      case 'X':
        return this.end();
      case 'Q':
        return this.simple(new Fields(message.body).text(), message);
      case 'S':
        this.batch.push(message);
        return this.extended();
      case 'H':
        this.batch.push(message);
        return this.flush();
      case 'F':
        return this.ready((await this.exchange([message.whole], true)).status);
      default:
        this.note(message);
        this.batch.push(message);
    }
  }

  /** Remembers what names of prepared statements and portals stand for. */
  private note(message: Message): void {
    const fields = new Fields(message.body);
    if (message.type === 'P') this.prepared.set(fields.text(), fields.text());
    else if (message.type === 'B') {
      const portal = fields.text();
      const sql = this.prepared.get(fields.text()) ?? '';
      for (let formats = fields.int16(); formats > 0; formats -= 1) fields.int16();
      this.portals.set(portal, { sql, values: fields.int16() });
    }
  }

  /** A simple query: each of its statements on its own, inside the transaction that the server would put around them. */
  private async simple(sql: string, whole: Message): Promise<void> {
    const { statements } = splitStatements(sql);
    if (!this.watched || statements.length === 0 || statements.some(({ start, end }) => isCopy(sql.slice(start, end)))) {
      return this.ready((await this.exchange([whole.whole], true)).status);
    }
    if (statements.length === 1) {
      await this.single(sql, [query(sql)]);
      return this.ready(this.status);
    }
    let implicit = false;
    for (const { start, end } of statements) {
      const text = sql.slice(start, end);
      const controls = isControl(text);
      if (!implicit && !controls && this.status === 'I') {
        await this.exchange([query('BEGIN')], false);
        implicit = true;
        this.watch.begin(true);
      }
      const error = await this.step(text, [query(text)], true, (message) => shiftPosition(message, sql.slice(0, start)));
      if (controls) implicit = false;
      if (error !== null) break;
    }
    if (implicit) await this.finish(this.failed());
    this.ready(this.status);
  }

  /** One statement that came alone, by either protocol. */
  private async single(sql: string, messages: Buffer[], values = 0): Promise<void> {
    if (this.status !== 'I' || isControl(sql) || isQuiet(sql)) return void (await this.step(sql, messages, true, (same) => same, values));
    if (runsAlone(sql)) return this.bare(sql, messages, values);
    await this.exchange([query('BEGIN')], false);
    this.watch.begin(false);
    const held: Message[] = [];
    const error = await this.step(
      sql,
      messages,
      (message) => held.push(message),
      (same) => same,
      values,
    );
    if (error !== null && mustRunAlone.has(error.code)) {
      await this.exchange([query('ROLLBACK')], false);
      this.watch.dropLast();
      this.watch.finish();
      await this.forget(held);
      return this.bare(sql, messages, values);
    }
    for (const message of held) this.client.write(message.whole);
    await this.finish(this.failed());
  }

  private failed(): boolean {
    return this.status === 'E';
  }

  /** Ends the transaction that was put around statements. What fails only now is told to the client as the server would. */
  private async finish(failed: boolean): Promise<void> {
    const round = await this.exchange([query(failed ? 'ROLLBACK' : 'COMMIT')], false);
    for (const message of round.messages) if (message.type === 'E') this.client.write(message.whole);
    if (round.error !== null) this.watch.failLast(round.error);
    this.watch.finish();
  }

  /** Runs a statement outside any transaction, watched from another session where there is one. */
  private async bare(sql: string, messages: Buffer[], values: number): Promise<void> {
    const around = await this.watch.bare(sql, values);
    const round = await this.exchange(messages, true);
    await around(round.error, rowsIn(round), debugIn(round));
  }

  /** Sends one statement in the state in which the session is, and looks at it afterwards. */
  private async step(
    sql: string,
    messages: Buffer[],
    relay: true | ((message: Message) => void),
    change: (message: Message) => Message,
    values = 0,
  ): Promise<StatementError | null> {
    const inTransaction = this.status === 'T';
    const looked = inTransaction && !isQuiet(sql) && !isControl(sql);
    if (looked) await this.watch.before();
    const started = performance.now();
    const round = await this.exchange(messages, false);
    const took = performance.now() - started;
    for (const message of round.messages) {
      if (message.type === 'Z' || isDebug(message)) continue;
      const changed = message.type === 'E' ? change(message) : message;
      if (relay === true) this.client.write(changed.whole);
      else relay(changed);
    }
    if (looked || round.error !== null) {
      await this.watch.after({
        sql,
        values,
        started,
        took,
        error: round.error,
        rows: rowsIn(round),
        debug: debugIn(round),
        alive: round.status === 'T' && looked,
      });
    }
    if (isControl(sql)) {
      if (round.status === 'I') this.watch.finish();
      else if (!inTransaction) this.watch.begin(true);
    }
    return round.error;
  }

  private async extended(): Promise<void> {
    const batch = this.batch.splice(0);
    const messages = batch.map((message) => message.whole);
    const executed = this.flushed ? [] : batch.filter((message) => message.type === 'E');
    if (!this.watched || this.flushed || executed.length !== 1) {
      // Several in one round share a transaction that is not ours to take apart: they are looked at as one.
      const round = await this.exchange(messages, true);
      this.flushed = false;
      return this.ready(round.status);
    }
    const { sql, values } = this.portals.get(new Fields(executed[0]!.body).text()) ?? { sql: '', values: 0 };
    await this.single(sql, messages, values);
    this.ready(this.status);
  }

  private async flush(): Promise<void> {
    const batch = this.batch.splice(0);
    this.flushed = true;
    this.waiting = { relay: true, messages: [], resolve: () => undefined };
    for (const message of batch) await this.backend.write(message.whole);
  }

  /** Statements that the first try prepared under a name are closed again, so that the second can prepare them. */
  private async forget(held: readonly Message[]): Promise<void> {
    if (!held.some((message) => message.type === '1')) return;
    const names = [...this.prepared.keys()].filter((name) => name !== '');
    if (names.length > 0) await this.exchange([query('DEALLOCATE ALL')], false);
  }

  /** Rows of a question of ours in the client's session. */
  private async ask<Row extends object>(sql: string): Promise<Row[]> {
    const round = await this.exchange([query(`SELECT coalesce(json_agg(row_to_json(asked)), '[]')::text FROM (${sql}) AS asked`)], false);
    if (round.error !== null) throw new Error(round.error.message);
    return JSON.parse(rowsOf(round.messages)[0] ?? '[]') as Row[];
  }

  /** Sends messages and waits until the server is ready for the next query. */
  private exchange(messages: Buffer[], relay: boolean): Promise<Round> {
    return new Promise<Round>((resolve, reject) => {
      this.waiting = { relay, messages: [], resolve };
      void (async () => {
        for (const bytes of messages) await this.backend.write(bytes);
      })().catch(reject);
    });
  }

  private answered(message: Message): void {
    const { waiting } = this;
    if (waiting === null) {
      // Outside a round the server only speaks to say that something happened (or that it ends).
      this.client.write(message.whole);
      return;
    }
    if (message.type !== 'Z') {
      waiting.messages.push(message);
      if (waiting.relay && !isDebug(message)) this.client.write(message.whole);
      // A server that refuses the start says so and hangs up.
      return;
    }
    this.waiting = null;
    this.status = String.fromCharCode(message.body[0] ?? 0x49);
    waiting.resolve({ messages: waiting.messages, status: this.status, error: errorOf(waiting.messages) });
  }

  private ready(status: string): void {
    if (this.ended) return;
    this.client.write(readyForQuery(status));
    if (status === 'I' && this.started) this.backend.idle();
  }
}

function rowsIn(round: Round): number | null {
  let rows: number | null = null;
  for (const message of round.messages) if (message.type === 'C') rows = tagRows(message) ?? rows;
  return rows;
}

function debugIn(round: Round): string[] {
  return round.messages.filter(isDebug).map(notice);
}

function isCopy(sql: string): boolean {
  return /^\s*copy\b/i.test(sql) && /\bstdin\b|\bstdout\b/i.test(sql);
}
