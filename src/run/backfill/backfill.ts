/** Runs a backfill range by range, each committed for itself, and stops only between two of them. */
import type { Client } from 'pg';
import type { BackfillLimits, BackfillOutcome, BackfillReport, BackfillRows } from '../../core/backfill.js';
import type { BackfillSpec } from '../../core/plan.js';
import { readAddress } from '../../databases/postgres/address.js';
import { openClient } from '../../databases/postgres/client.js';
import { databaseError } from '../../databases/postgres/errors.js';
import { backOff } from '../guards.js';
import { runBatch } from './batch.js';
import { countRows } from './count.js';
import { isDone } from './done.js';
import { Pace } from './pace.js';
import { Pressure } from './pressure.js';
import { type Position, type Ranges, rangesOf } from './ranges.js';
import type { ProgressRecord } from './record.js';
import { reportOf, type Tally } from './report.js';

export interface BackfillInput {
  /** The address, as the variable has it. */
  text: string;
  variable: string;
  spec: BackfillSpec;
  /** Query of one column `done`; null where none can tell. */
  check: string | null;
  limits: BackfillLimits;
  record: ProgressRecord;
  progress?: (done: number, total: number, message: string) => void;
  /** Stops it after the range at hand. */
  signal?: AbortSignal;
  /** Tests end the process here, to see what a crash leaves. */
  at?: (point: string) => void;
}

/** How often the whole table is gone through when rows still need it afterwards. */
const mostPasses = 3;
/** How often it looks whether a pause is over. */
const pauseStepMs = 500;

/**
 * Fills, deletes or copies rows in ranges. The caller holds lockkeeper's lock on the target (`withRunLock`).
 *
 * @throws LockkeeperError BAD_USAGE, DATABASE_UNREACHABLE, DATABASE_REFUSED before the first range; later ones are in the report
 */
export async function runBackfill(input: BackfillInput): Promise<BackfillReport> {
  const address = readAddress(input.text, input.variable);
  const { client } = await openClient(address);
  try {
    const { client: watcher } = await openClient(address);
    try {
      return await new Backfill(input, client, watcher).run();
    } finally {
      await watcher.end().catch(() => undefined);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

class Backfill {
  private readonly pressure: Pressure;
  private readonly pace: Pace;
  private readonly begun = performance.now();
  private expected: BackfillRows = { rows: 0, how: 'counted' };
  private readonly tally: Tally = {
    changed: 0,
    batches: 0,
    before: 0,
    resumed: false,
    longestBatchMs: 0,
    longestBlockMs: 0,
    retried: 0,
    pauses: [],
  };

  constructor(
    private readonly input: BackfillInput,
    private readonly client: Client,
    watcher: Client,
  ) {
    this.pressure = new Pressure(watcher, input.spec.table, input.limits);
    this.pace = new Pace(Math.min(input.spec.batchRows, 1000), input.limits);
  }

  async run(): Promise<BackfillReport> {
    const { spec, limits, record, check } = this.input;
    const ranges = await this.read(rangesOf(this.client, spec));
    this.expected = await this.read(countRows(this.client, spec, limits.countMs));
    const left = await record.read();
    this.tally.resumed = left !== null;
    this.tally.before = left?.changed ?? 0;
    let position = left?.position ?? null;
    let done: boolean | null = null;
    for (let pass = 1; pass <= mostPasses; pass += 1) {
      const before = this.tally.changed;
      const stopped = await this.pass(ranges, position).catch((error: unknown) => this.failure(error));
      if (stopped !== null) return this.report(stopped.outcome, stopped.says);
      this.input.progress?.(this.tally.changed, this.expected.rows, `${spec.table}: checking`);
      done = await this.read(isDone(this.client, spec, check, limits));
      // A pass from the first key to the last that found nothing to do is a check as well.
      if (done === true || (done === null && pass > 1 && this.tally.changed === before)) {
        await record.remove();
        return this.report('done', null);
      }
      position = null;
    }
    await record.remove();
    return this.report(done === null ? 'unchecked' : 'left', null);
  }

  /** From a position to the end. Null when it came there. */
  private async pass(ranges: Ranges, from: Position): Promise<{ outcome: BackfillOutcome; says: string | null } | null> {
    const { spec, limits, record, signal } = this.input;
    let position = from;
    let refused = 0;
    for (;;) {
      if (signal?.aborted) return { outcome: 'cancelled', says: null };
      const tooLong = await this.pauseWhilePressed();
      if (tooLong !== null) return signal?.aborted ? { outcome: 'cancelled', says: null } : { outcome: 'paused-too-long', says: tooLong };
      const batch = await runBatch({ client: this.client, ranges, spec, limits, pressure: this.pressure, position, rows: this.pace.size });
      if (batch === null) {
        refused += 1;
        this.tally.retried += 1;
        if (refused >= limits.attempts) return { outcome: 'gave-way', says: null };
        this.pace.gaveWay();
        this.say(`a range was taken back, since it waited or others did; try ${refused + 1} of ${limits.attempts}`);
        await this.rest(backOff(refused));
        continue;
      }
      refused = 0;
      this.input.at?.('committed');
      this.note(batch);
      this.pace.took(batch.tookMs, batch.longestBlockMs > 0);
      if (batch.end === null) return null;
      position = batch.end;
      await record.write({ position, changed: this.tally.before + this.tally.changed });
      this.input.at?.('recorded');
      this.say(null);
      await this.rest(spec.pauseMs);
    }
  }

  private note(batch: { changed: number; tookMs: number; longestBlockMs: number }): void {
    this.tally.changed += batch.changed;
    this.tally.batches += 1;
    this.tally.longestBatchMs = Math.max(this.tally.longestBatchMs, Math.round(batch.tookMs));
    this.tally.longestBlockMs = Math.max(this.tally.longestBlockMs, batch.longestBlockMs);
  }

  /** Waits while something speaks against the next range. Null: go on; else why it waited longer than it may, or was called off. */
  private async pauseWhilePressed(): Promise<string | null> {
    let paused = 0;
    for (;;) {
      const why = await this.pressure.reason();
      if (why === null) return null;
      const last = this.tally.pauses.at(-1);
      if (paused > 0 && last?.why === why) last.ms += pauseStepMs;
      else this.tally.pauses.push({ why, ms: pauseStepMs });
      if (paused >= this.input.limits.longestPauseMs || this.input.signal?.aborted) return why;
      this.say(`paused: ${why}`);
      await this.rest(pauseStepMs);
      paused += pauseStepMs;
    }
  }

  private say(more: string | null): void {
    const { rows, how } = this.expected;
    const total = Math.max(rows, this.tally.changed);
    const of = how === 'counted' ? `of ${rows}` : `of about ${rows} (estimated)`;
    const what = more ?? `${this.pace.size} rows a range`;
    this.input.progress?.(this.tally.changed, total, `${this.input.spec.table}: ${this.tally.changed} ${of} rows; ${what}`);
  }

  /** A pause that a cancel ends. */
  private rest(ms: number): Promise<void> {
    const { signal } = this.input;
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  private read<Result>(work: Promise<Result>): Promise<Result> {
    return work.catch((error: unknown) => Promise.reject(databaseError(error)));
  }

  private failure(error: unknown): { outcome: BackfillOutcome; says: string } {
    const { message, problem } = databaseError(error);
    return { outcome: 'failed', says: `${message} ${problem.next}` };
  }

  private report(outcome: BackfillOutcome, says: string | null): BackfillReport {
    return reportOf(outcome, says, {
      table: this.input.spec.table,
      tally: this.tally,
      expected: this.expected,
      rowsPerBatch: this.pace.seen,
      notes: [...this.pressure.notes],
      tookMs: Math.round(performance.now() - this.begun),
    });
  }
}
