/** How many rows the next range has: as many as take the time that a range should take. */
import type { BackfillLimits } from '../../core/backfill.js';

export class Pace {
  private rows: number;
  readonly seen = { smallest: Number.POSITIVE_INFINITY, largest: 0 };

  /** @param rows of the first range, before anything is known of the table */
  constructor(
    rows: number,
    private readonly limits: BackfillLimits,
  ) {
    this.rows = this.within(rows);
  }

  /** Rows of the next range. */
  get size(): number {
    return this.rows;
  }

  /** A range was committed. At most twice or half as many next: one slow moment says little. */
  took(ms: number, somebodyWaited: boolean): void {
    this.seen.smallest = Math.min(this.seen.smallest, this.rows);
    this.seen.largest = Math.max(this.seen.largest, this.rows);
    const factor = Math.min(2, Math.max(0.5, this.limits.batchTargetMs / Math.max(ms, 1)));
    this.rows = this.within(this.rows * (somebodyWaited ? Math.min(factor, 0.5) : factor));
  }

  /** A range had to be taken back. */
  gaveWay(): void {
    this.rows = this.within(this.rows / 4);
  }

  private within(rows: number): number {
    return Math.round(Math.min(this.limits.mostRows, Math.max(this.limits.leastRows, rows)));
  }
}
