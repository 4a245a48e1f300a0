/** One version of an application: the same few statements over and over, each with the time that it took and whether it failed. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A statement with its values, made anew each time from a number that is another one each time. */
export type Statement = (turn: number) => [sql: string, values?: unknown[]];

export interface Seen {
  statements: number;
  failed: number;
  longestMs: number;
  /** The first few, as the server says them. */
  errors: string[];
}

export const nothingSeen = (): Seen => ({ statements: 0, failed: 0, longestMs: 0, errors: [] });

export class Traffic {
  private ending: Promise<unknown> | null = null;
  private stopped = false;
  private turn = 0;

  constructor(
    private readonly url: string,
    private readonly statements: readonly Statement[],
    private readonly seen: Seen,
    private readonly searchPath = 'public',
  ) {}

  get running(): boolean {
    return this.ending !== null;
  }

  start(connections = 2): void {
    this.stopped = false;
    this.ending = Promise.all(Array.from({ length: connections }, () => this.work()));
  }

  /** Ends it after the statements at hand: what they waited for still counts. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.ending;
    this.ending = null;
  }

  private async work(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'application' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`SET search_path = ${this.searchPath}`);
    while (!this.stopped) {
      for (const make of this.statements) {
        this.turn += 1;
        const [sql, values] = make(this.turn);
        const begun = performance.now();
        await client.query(sql, values).catch((error: unknown) => {
          this.seen.failed += 1;
          const text = `${(error as Error).message} in: ${sql}`;
          if (this.seen.errors.length < 3 && !this.seen.errors.includes(text)) this.seen.errors.push(text);
        });
        this.seen.statements += 1;
        this.seen.longestMs = Math.max(this.seen.longestMs, performance.now() - begun);
      }
      await sleep(5);
    }
    await client.end();
  }
}

/** Somebody who reads for a second in a transaction, again and again: DDL must queue behind it, and everybody behind the DDL. */
export class Reporting {
  private stopped = false;
  private work: Promise<void> = Promise.resolve();

  start(url: string): void {
    this.work = (async () => {
      const client = new pg.Client({ connectionString: url, application_name: 'report' });
      client.on('error', () => undefined);
      await client.connect();
      while (!this.stopped) {
        await client
          .query('BEGIN; SELECT id FROM public.users LIMIT 1; SELECT id FROM public.orders LIMIT 1; SELECT pg_sleep(1); COMMIT')
          .catch(() => client.query('ROLLBACK'));
        await sleep(500);
      }
      await client.end();
    })();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.work;
  }
}
