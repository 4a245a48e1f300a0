import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Wire } from './wire.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bundle = `${root}dist/cli.js`;

/** How the server under test is started: the bundle where it was built, otherwise the sources. */
export function serverCommand(words: readonly string[] = []): { command: string; args: string[] } {
  const script = existsSync(bundle) ? [bundle] : ['--import', 'tsx', `${root}src/main.ts`];
  return { command: process.execPath, args: [...script, ...words] };
}

/** Variables for a server that knows nothing of the machine it runs on. */
export function bareEnvironment(more: Record<string, string> = {}): Record<string, string> {
  // Plans that tests make do not belong into the user's own store.
  const state: Record<string, string> =
    process.env.LOCKKEEPER_STATE === undefined ? {} : { LOCKKEEPER_STATE: process.env.LOCKKEEPER_STATE };
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...state, ...more };
}

/** A server that is spoken to line by line, to see exactly what it writes. */
export class RawServer {
  readonly process: ChildProcessWithoutNullStreams;
  /** Every line of standard output. */
  readonly lines: string[] = [];
  errors = '';
  readonly exited: Promise<{ code: number | null; atMs: number }>;
  #waiting: { wanted: (message: Wire) => boolean; resolve: (message: Wire) => void }[] = [];

  constructor(folder: string, words: readonly string[] = [], environment = bareEnvironment()) {
    const { command, args } = serverCommand(words);
    // tsx is found from here, the project from there.
    this.process = spawn(command, args, { cwd: existsSync(bundle) ? folder : root, env: { ...environment, LOCKKEEPER_PROJECT: folder } });
    this.process.stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.process.stdin.on('error', () => undefined);
    createInterface({ input: this.process.stdout }).on('line', (line) => this.#read(line));
    this.exited = new Promise((resolve) => this.process.once('exit', (code) => resolve({ code, atMs: performance.now() })));
  }

  #read(line: string): void {
    this.lines.push(line);
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    for (const each of [...this.#waiting]) {
      if (!each.wanted(message)) continue;
      this.#waiting = this.#waiting.filter((other) => other !== each);
      each.resolve(message);
    }
  }

  write(text: string): void {
    this.process.stdin.write(text);
  }

  send(message: object): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Waits for the next message that fits. */
  next(wanted: (message: Wire) => boolean): Promise<Wire> {
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  request(id: number, method: string, params: object = {}): Promise<Wire> {
    const answer = this.next((message) => message.id === id);
    this.send({ id, method, params });
    return answer;
  }

  /** Opens a conversation of the 2025 era. */
  async open(): Promise<void> {
    await this.request(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } });
    this.send({ method: 'notifications/initialized' });
  }

  call(id: number, name: string, input: object, more: object = {}): Promise<Wire> {
    return this.request(id, 'tools/call', { name, arguments: input, ...more });
  }

  async stop(): Promise<void> {
    this.process.stdin.end();
    if (this.process.exitCode === null) this.process.kill();
    await this.exited;
  }
}
