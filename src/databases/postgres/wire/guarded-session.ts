/** One client of a guarded gate and its session on the server. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { LockkeeperError } from '../../../core/errors.js';
import { splitStatements } from '../../../sql/postgres/split.js';
import type { Address } from '../address.js';
import { boundValues, errorMessage, Fields, type Message, MessageCutter, message, opening, protocolVersion, readError } from './messages.js';
import type { GateSession, Incoming, Referee, Refusal, Ruling, Settled } from './referee.js';
import { type Upstream, openUpstream } from './upstream.js';

/** Bytes of a client that may wait to be judged before it is told to wait. */
const mostWaiting = 4 * 1024 * 1024;

/** A larger statement is not read: the parser needs many times its size. */
const largestStatement = 64 * 1024 * 1024;

/** What a session needs of its gate. */
export interface GateSurroundings {
  address: Address;
  settings: Record<string, string>;
  referee: Referee;
  admits(given: { user: string; database: string; password: string }): boolean;
  /** A client asked for the cancelling of the session with this key. */
  cancel(processId: number, key: number): void;
  ended(): void;
}

/** A statement on its way, to be settled by the server's answers. */
interface Expected {
  settle(outcome: Settled): void;
}

interface Portal extends Incoming {
  after: readonly string[];
}

export class GuardedSession implements GateSession {
  processId = 0;
  inTransaction = false;
  private readonly key = randomInt(1, 2 ** 31 - 1);
  private readonly ownId = randomInt(1, 2 ** 22);
  private readonly fromClient = new MessageCutter(true);
  private readonly fromServer = new MessageCutter(false);
  private upstream: Upstream | null = null;
  private ended = false;
  /** Messages that wait to be judged, in order. */
  private readonly queue: Message[] = [];
  private waiting = 0;
  private working = false;
  /** Name of a portal that no client can know: executing it makes the server fail, so that its transaction cannot be committed. */
  private readonly missing = `lockkeeper refused ${randomBytes(12).toString('hex')}`;
  private refusal: Refusal | null = null;
  /** After a refusal within a round nothing of it goes on, up to the Sync. */
  private skipping = false;
  private readonly prepared = new Map<string, { sql: string; after: readonly string[] }>();
  private readonly portals = new Map<string, Portal>();
  /** Rounds that the server has not answered with ReadyForQuery, each with its statements. */
  private readonly rounds: Expected[][] = [];
  /** Statements of the extended round that no Sync has closed. */
  private unsynced: Expected[] | null = null;
  private ours: { failed: boolean; done: () => void } | null = null;
  private after: string[] = [];
  private copying = false;
  private wakeUp: (() => void) | null = null;
  private startUp: { user: string; database: string; wanted: Map<string, string>; minor: number } | null = null;

  constructor(
    private readonly client: Socket,
    readonly connection: number,
    private readonly gate: GateSurroundings,
  ) {
    client.on('data', (bytes: Buffer) => this.take(bytes));
    client.on('error', () => this.end()).on('close', () => this.end());
  }

  hasKey(processId: number, key: number): boolean {
    return this.upstream !== null && this.ownId === processId && this.key === key;
  }

  async cancel(): Promise<void> {
    await this.upstream?.cancel();
  }

  /** Cuts both sides. What the server has open is rolled back by it. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.client.destroy();
    this.upstream?.stream.destroy();
    for (const expected of [...this.rounds.flat(), ...(this.unsynced ?? [])]) expected.settle(null);
    this.rounds.length = 0;
    this.ours?.done();
    this.wakeUp?.();
    this.gate.ended();
  }

  private take(bytes: Buffer): void {
    try {
      for (const each of this.fromClient.add(bytes)) {
        if (each.type === '' && !this.opened(each)) continue;
        this.queue.push(each);
        this.waiting += each.whole.length;
      }
    } catch {
      return this.end();
    }
    if (this.waiting > mostWaiting) this.client.pause();
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (let next = this.queue.shift(); next !== undefined && !this.ended; next = this.queue.shift()) {
        this.waiting -= next.whole.length;
        if (this.waiting <= mostWaiting && this.client.isPaused() && this.upstream) this.client.resume();
        await this.handle(next);
      }
    } catch {
      this.end();
    } finally {
      this.working = false;
    }
  }

  /** The untyped messages before a session is there; true for the start-up itself, which waits its turn. */
  private opened(first: Message): boolean {
    const code = first.body.readInt32BE(0);
    if (code === opening.ssl || code === opening.gss) {
      // Without TLS: the way is this machine's own, and the password is worth nothing elsewhere.
      this.client.write('N');
      return false;
    }
    if (code === opening.cancel) {
      this.gate.cancel(first.body.readInt32BE(4), first.body.readInt32BE(8));
      this.end();
      return false;
    }
    this.fromClient.started();
    return true;
  }

  private async handle(next: Message): Promise<void> {
    if (this.upstream === null) return this.letIn(next);
    if (this.after.length > 0 && this.unsynced === null && !'dcfX'.includes(next.type)) await this.runAfter();
    if (this.ended) return;
    if (this.skipping && next.type !== 'S' && next.type !== 'X') return;
    switch (next.type) {
      case 'Q':
        return this.query(next);
      case 'P':
        return this.parse(next);
      case 'B':
        return this.bind(next);
      case 'E':
        return this.execute(next);
      case 'S':
        this.rounds.push(this.unsynced ?? []);
        this.unsynced = null;
        this.skipping = false;
        return this.send(next.whole);
      case 'C':
      case 'D':
      case 'H':
        this.unsynced ??= [];
        return this.send(next.whole);
      case 'd':
      case 'c':
      case 'f':
        if (this.copying) await this.send(next.whole);
        return;
      case 'X':
        await this.send(next.whole);
        return this.end();
      default:
        return this.refuse({
          message: `lockkeeper does not let messages of type ${JSON.stringify(next.type)} pass`,
          hint: 'Only statements of the approved plan pass.',
        });
    }
  }

  // ---- who may come in

  private async letIn(next: Message): Promise<void> {
    if (next.type === '') {
      const fields = new Fields(next.body);
      const version = fields.int32();
      const wanted = new Map<string, string>();
      for (let name = fields.text(); name !== ''; name = fields.text()) wanted.set(name, fields.text());
      const user = wanted.get('user') ?? '';
      const database = wanted.get('database') ?? user;
      wanted.delete('user');
      wanted.delete('database');
      const strange = [...wanted.keys()].filter((name) => name.startsWith('_pq_.'));
      for (const name of strange) wanted.delete(name);
      if (version >> 16 !== 3) return this.reject('0A000', 'only version 3 of the protocol is spoken here');
      if (version !== protocolVersion || strange.length > 0) this.client.write(message('v', protocolVersion, strange.length, ...strange));
      this.startUp = { user, database, wanted, minor: version & 0xffff };
      this.client.write(message('R', 3));
      return;
    }
    if (next.type !== 'p' || this.startUp === null) return this.end();
    const { user, database, wanted } = this.startUp;
    if (!this.gate.admits({ user, database, password: new Fields(next.body).text() })) {
      return this.reject('28P01', 'lockkeeper lets only the program in that it has started, and to the approved database alone');
    }
    const judged = this.gate.referee.startUp(wanted);
    if ('refused' in judged) return this.reject('28000', judged.refused.message, judged.refused.hint);
    let upstream: Upstream;
    try {
      upstream = await openUpstream(this.gate.address, { ...judged.settings, ...this.gate.settings });
    } catch (error) {
      const problem = error instanceof LockkeeperError ? error.problem : { message: 'The database could not be reached.', next: '' };
      return this.reject('08006', problem.message, problem.next);
    }
    if (this.ended) return void upstream.stream.destroy();
    this.connect(upstream);
  }

  private connect(upstream: Upstream): void {
    this.upstream = upstream;
    this.processId = upstream.processId;
    upstream.stream.on('data', (bytes: Buffer) => this.answered(bytes));
    upstream.stream.on('close', () => this.lost()).on('error', () => this.lost());
    const status = [...upstream.parameters].map(([name, value]) => message('S', name, value));
    this.client.write(Buffer.concat([message('R', 0), ...status, message('K', this.ownId, this.key), message('Z', Buffer.from('I'))]));
  }

  /** The server is gone: what it has sent is passed on, then the client hears of it as it would without a gate. */
  private lost(): void {
    if (this.ended) return;
    this.client.end();
    setImmediate(() => this.end());
  }

  private reject(code: string, said: string, hint?: string): void {
    this.client.end(errorMessage({ severity: 'FATAL', code, message: said, ...(hint ? { hint } : {}) }));
    setImmediate(() => this.end());
  }

  // ---- what the client wants

  private async query(next: Message): Promise<void> {
    const sql = readText(next.body);
    if (sql === null) return this.refuse(unreadable);
    const { statements, psqlLines } = splitStatements(sql);
    if (psqlLines.length > 0) return this.refuse(unreadable);
    const incoming = statements.map(({ start, end }) => ({ sql: sql.slice(start, end), values: [] }));
    const ruling = this.gate.referee.judge(incoming, this);
    if (ruling.refused !== null) return this.refuse(ruling.refused);
    if (ruling.before.length > 0) {
      await this.idle();
      for (const each of this.inTransaction ? [] : ruling.before) await this.runOurs(each);
    }
    if (this.ended) return;
    this.rounds.push(incoming.map((_, position) => expectedOf(ruling, position)));
    this.after.push(...ruling.after);
    await this.send(ruling.text === null ? next.whole : message('Q', ruling.text));
  }

  private async parse(next: Message): Promise<void> {
    const fields = new Fields(next.body);
    const name = fields.text();
    const sql = readText(next.body.subarray(Buffer.byteLength(name) + 1, next.body.indexOf(0, Buffer.byteLength(name) + 1) + 1));
    fields.text();
    if (sql === null) return this.refuse(unreadable, true);
    const judged = this.gate.referee.prepare(sql, this);
    if ('refused' in judged) return this.refuse(judged.refused, true);
    if (judged.before.length > 0 && this.unsynced === null) {
      await this.idle();
      for (const each of this.inTransaction ? [] : judged.before) await this.runOurs(each);
    }
    this.unsynced ??= [];
    this.prepared.set(name, { sql, after: judged.after });
    await this.send(judged.text === sql ? next.whole : message('P', name, judged.text, fields.rest()));
  }

  private async bind(next: Message): Promise<void> {
    const fields = new Fields(next.body);
    const portal = fields.text();
    const statement = this.prepared.get(fields.text());
    this.unsynced ??= [];
    // An unknown name is the server's to refuse; nothing can be executed by it.
    if (statement === undefined) this.portals.delete(portal);
    else this.portals.set(portal, { ...statement, values: boundValues(fields, true) });
    await this.send(next.whole);
  }

  private async execute(next: Message): Promise<void> {
    const portal = this.portals.get(new Fields(next.body).text());
    this.unsynced ??= [];
    if (portal === undefined) return this.refuse({ message: 'lockkeeper does not know the portal that is executed', hint: unreadable.hint });
    const ruling = this.gate.referee.judge(splitStatements(portal.sql).statements.length === 0 ? [] : [portal], this);
    if (ruling.refused !== null) return this.refuse(ruling.refused);
    this.unsynced.push(expectedOf(ruling, 0));
    this.after.push(...portal.after, ...ruling.after);
    await this.send(next.whole);
  }

  /**
   * Answers with an error in the server's place. In a transaction, or in the middle of a round, the server is made to fail as
   * well, by a portal that does not exist: what was sent before cannot be committed by a client that goes on regardless.
   */
  private async refuse(refusal: Refusal, extended = this.unsynced !== null): Promise<void> {
    if (extended) {
      this.unsynced ??= [];
      this.refusal = refusal;
      this.skipping = true;
      this.unsynced.push({ settle: () => undefined });
      return this.send(message('E', this.missing, 0));
    }
    await this.idle();
    if (this.ended) return;
    if (this.inTransaction) {
      this.refusal = refusal;
      this.rounds.push([{ settle: () => undefined }]);
      return this.send(Buffer.concat([message('E', this.missing, 0), message('S')]));
    }
    this.client.write(Buffer.concat([errorOf(refusal), message('Z', Buffer.from('I'))]));
  }

  // ---- what the server answers

  private answered(bytes: Buffer): void {
    if (this.ended) return;
    this.client.cork();
    try {
      for (const each of this.fromServer.add(bytes)) this.passOn(each);
    } catch {
      return this.end();
    } finally {
      this.client.uncork();
    }
    if (this.client.writableNeedDrain && this.upstream && !this.upstream.stream.isPaused()) {
      this.upstream.stream.pause();
      this.client.once('drain', () => this.upstream?.stream.resume());
    }
  }

  private passOn(answer: Message): void {
    if (this.ours !== null && !'SNA'.includes(answer.type)) {
      if (answer.type === 'E') this.ours.failed = true;
      if (answer.type === 'Z') {
        this.inTransaction = answer.body[0] !== 0x49;
        this.ours.done();
      }
      return;
    }
    const round = this.rounds[0] ?? this.unsynced;
    switch (answer.type) {
      case 'C':
      case 'I':
      case 's':
        round?.shift()?.settle({ failed: false, code: null });
        break;
      case 'E': {
        const error = readError(answer.body);
        round?.shift()?.settle({ failed: true, code: error.code });
        if (this.refusal !== null && error.message.includes(this.missing)) {
          this.client.write(errorOf(this.refusal));
          this.refusal = null;
          return;
        }
        break;
      }
      case 'G':
      case 'W':
        this.copying = true;
        break;
      case 'Z':
        this.inTransaction = answer.body[0] !== 0x49;
        this.copying = false;
        for (const left of this.rounds.shift() ?? []) left.settle(null);
        this.client.write(answer.whole);
        this.wakeUp?.();
        return;
    }
    this.client.write(answer.whole);
  }

  // ---- statements of the gate's own

  /** Waits until the server has answered everything. */
  private async idle(): Promise<void> {
    while (this.rounds.length > 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
      });
      this.wakeUp = null;
    }
  }

  private async runAfter(): Promise<void> {
    await this.idle();
    // A transaction that has failed takes no statement; they wait for its end.
    const wanted = this.after.splice(0);
    for (const each of wanted) {
      if (await this.runOurs(each)) continue;
      this.after.unshift(each);
      return;
    }
  }

  /** One statement of ours; what it answers is kept from the client. */
  private async runOurs(sql: string): Promise<boolean> {
    if (this.ended) return false;
    let failed = false;
    await new Promise<void>((resolve) => {
      const ours = { failed: false, done: resolve };
      this.ours = ours;
      void this.send(message('Q', sql));
      ours.done = () => {
        failed = ours.failed;
        this.ours = null;
        resolve();
      };
    });
    return !failed;
  }

  private async send(bytes: Buffer): Promise<void> {
    const { stream } = this.upstream ?? {};
    if (stream === undefined || this.ended || stream.destroyed || stream.write(bytes)) return;
    this.client.pause();
    await new Promise<void>((resolve) => {
      stream.once('drain', resolve).once('close', resolve);
    });
    this.client.resume();
  }
}

const unreadable: Refusal = {
  message: 'lockkeeper cannot read this statement, so it does not let it pass',
  hint: 'Only statements of the approved plan pass, in UTF-8.',
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of a message that ends with a zero; null where it is not UTF-8, holds another zero, or is too large to be judged. */
function readText(body: Buffer): string | null {
  if (body.length > largestStatement || body.indexOf(0) !== body.length - 1) return null;
  try {
    return decoder.decode(body.subarray(0, -1));
  } catch {
    return null;
  }
}

function expectedOf(ruling: Ruling, position: number): Expected {
  let settled = false;
  return {
    settle(outcome) {
      if (settled) return;
      settled = true;
      ruling.settle(position, outcome);
    },
  };
}

function errorOf(refusal: Refusal): Buffer {
  return errorMessage({ severity: 'ERROR', code: '42501', message: refusal.message, hint: refusal.hint });
}
