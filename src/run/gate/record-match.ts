/** Recognises the statements with which a tool writes its record. */
import type { Bookkeeping, RecordWrite } from '../../orms/run/bookkeeping.js';
import { constantsOf, fingerprints, shapeOf } from '../../sql/postgres/fingerprint.js';
import type { Node } from '../../sql/postgres/node.js';

/** How far the run of a migration is, as far as its record depends on it. */
export interface Progress {
  direction: 'up' | 'down';
  /** Every statement of the plan was sent, and none failed. */
  finished: boolean;
}

/** The writes of a tool, by shape, and how often each was used. */
export class RecordWrites {
  private readonly byShape = new Map<string, { write: RecordWrite; number: number }[]>();
  private used: number[];

  /** Call `loadParser` first. */
  constructor(private readonly bookkeeping: Bookkeeping) {
    this.used = bookkeeping.writes.map(() => 0);
    for (const [number, write] of bookkeeping.writes.entries()) {
      for (const table of bookkeeping.tables) {
        const [parsed] = fingerprints(write.sql.replaceAll('{table}', table));
        if (parsed?.node == null) throw new Error(`the tool's own statement cannot be read: ${write.sql}`);
        const shape = shapeOf(parsed.node);
        this.byShape.set(shape, [...(this.byShape.get(shape) ?? []), { write, number }]);
      }
    }
  }

  /** For taking back what a message that was refused as a whole has used. */
  mark(): () => void {
    const before = [...this.used];
    return () => {
      this.used = before;
    };
  }

  /**
   * Uses a write up.
   *
   * @param values null: it is only being prepared, nothing is used up
   * @returns null when it is no write of the record; otherwise why it does not pass, or `does`
   */
  take(node: Node, values: readonly (string | null | undefined)[] | null, progress: Progress): { why: string } | { does: RecordWrite['does'] } | null {
    const candidates = this.byShape.get(shapeOf(node));
    if (candidates === undefined) return null;
    let why = 'the tool has written this to its record already';
    for (const { write, number } of candidates) {
      if (values === null) return { does: write.does };
      const reason = this.refusal(write, number, constantsOf(node, values), progress);
      if (reason === null) {
        this.used[number] = (this.used[number] ?? 0) + 1;
        return { does: write.does };
      }
      why = reason;
    }
    return { why };
  }

  private refusal(write: RecordWrite, number: number, constants: readonly (string | null)[], progress: Progress): string | null {
    if ((this.used[number] ?? 0) >= write.atMost) return 'the tool has written this to its record already';
    if (write.keyed !== undefined) {
      const keys = write.keyed === true ? this.bookkeeping.keys : write.keyed;
      if (!constants.some((each) => each !== null && keys.includes(each))) return 'it writes to the record of another migration';
    }
    const isEnd = write.does === 'applies' || write.does === 'removes';
    if (write.does === 'applies' && progress.direction !== 'up') return 'the plan takes a migration back';
    if (write.does === 'removes' && progress.direction !== 'down') return 'the plan applies a migration';
    return isEnd && !progress.finished ? 'not all statements of the plan have run, so it must not be recorded as done' : null;
  }
}
