/** Tables to be filled, a backfill run on them, and a receiver of WAL that is as far behind as a test wants. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { BackfillLimits, BackfillReport } from '../../../src/core/backfill.js';
import type { BackfillSpec } from '../../../src/core/plan.js';
import { backfillSpec } from '../../../src/plan/backfill.js';
import { type BackfillInput, runBackfill } from '../../../src/run/backfill/backfill.js';
import { defaultBackfillLimits } from '../../../src/run/backfill/limits.js';
import { ProgressRecord } from '../../../src/run/backfill/record.js';

export const quick: BackfillLimits = {
  ...defaultBackfillLimits,
  batchTargetMs: 50,
  leastRows: 1,
  mostRows: 5000,
  lockTimeoutMs: 200,
  longestBlockMs: 300,
};

/** Doubles a number into a column that is empty: done rows are left out. */
export const doubled = (table: string, key: string[], more: Partial<BackfillSpec> = {}): BackfillSpec =>
  backfillSpec({
    table,
    key,
    assignment: 'double = number * 2',
    where: 'double IS DISTINCT FROM number * 2',
    pauseMs: 0,
    batchRows: 200,
    ...more,
  });

export interface Task {
  url: string;
  spec: BackfillSpec;
  state: string;
  limits?: Partial<BackfillLimits>;
}

export const stateFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'lockkeeper-backfill-'));

export function runTask(
  task: Task,
  more: Partial<Pick<BackfillInput, 'signal' | 'progress' | 'at' | 'check'>> = {},
): Promise<BackfillReport> {
  return runBackfill({
    text: task.url,
    variable: 'TARGET_URL',
    spec: task.spec,
    check: null,
    limits: { ...quick, ...task.limits },
    record: new ProgressRecord(task.state, { systemIdentifier: null, database: new URL(task.url).pathname, spec: task.spec }),
    ...more,
  });
}

/** A standby as the primary sees it: it takes WAL and says how far it has replayed, which is what it is told to say. */
export class Replica {
  private constructor(private readonly client: pg.Client) {}

  static async connect(url: string, from: string): Promise<Replica> {
    const client = new pg.Client({ connectionString: url, replication: 'true' } as pg.ClientConfig);
    client.on('error', () => undefined);
    await client.connect();
    const connection = (client as unknown as { connection: NodeJS.EventEmitter }).connection;
    const started = new Promise((resolve) => connection.once('replicationStart', resolve));
    void client.query(`START_REPLICATION PHYSICAL ${from}`).catch(() => undefined);
    await started;
    const replica = new Replica(client);
    replica.replayed(from);
    return replica;
  }

  replayed(position: string): void {
    const [high = '0', low = '0'] = position.split('/');
    const at = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
    const message = Buffer.alloc(34);
    message.write('r');
    for (const offset of [1, 9, 17]) message.writeBigInt64BE(at, offset);
    (this.client as unknown as { connection: { sendCopyFromChunk(chunk: Buffer): void } }).connection.sendCopyFromChunk(message);
  }

  leave(): void {
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}
