import type { Estimate } from '../core/effects.js';
import type { Facts } from '../core/facts.js';
import type { AnalysedStatement } from '../sql/analysis.js';
import throughput from './facts/throughput.generated.json' with { type: 'json' };

const speeds = throughput.tables.map((table) => table.megabytesPerSecond);

/** How much slower than the slowest measured table a busy or smaller machine may be: a margin, not a measurement. */
const margin = 5;

/**
 * Bytes a second of a full pass over a table, slow and fast: the slowest and the quickest of the tables of
 * `facts/throughput.generated.json`, which `npm run oracle -- throughput` measured; the slow one with the margin.
 */
const bytesPerSecond = {
  rewrite: range(speeds.map((each) => each.rewrite)),
  indexBuild: range(
    speeds.flatMap((each) => [each.indexInteger, each.indexText, each.indexIntegerConcurrently, each.indexTextConcurrently]),
  ),
  scan: range(speeds.flatMap((each) => [each.scan, each.check, each.foreignKey])),
} as const;

/** Bytes that an index takes for each row of its table: the larger of the two kinds of keys that were measured. */
const indexBytesPerRow = Math.max(...throughput.tables.flatMap(({ indexBytesPerRow: measured }) => [measured.integer, measured.text]));

function range(megabytesPerSecond: readonly number[]): readonly [slow: number, fast: number] {
  return [(Math.min(...megabytesPerSecond) * 1e6) / margin, Math.max(...megabytesPerSecond) * 1e6];
}

/**
 * How long the heavy part of a statement may take, from the sizes of the target's tables.
 *
 * @returns null when a table that it reads or rewrites has no known size, or when it reads none
 */
export function estimate(statement: AnalysedStatement, facts: Facts | null): Estimate | null {
  const { rewrites, scans, indexBuilds } = statement.effects;
  if (!facts || rewrites.length + scans.length === 0) return null;
  let [slow, fast, disk] = [0, 0, 0];
  const parts: string[] = [];
  const indexesOfEach = Math.max(1, Math.round(indexBuilds.length / Math.max(1, scans.length)));
  for (const [kind, tables] of [
    ['rewrite', rewrites],
    [indexBuilds.length > 0 ? 'indexBuild' : 'scan', scans],
  ] as const) {
    for (const table of tables) {
      const size = facts.tables[table];
      if (!size) return null;
      const bytes = kind === 'rewrite' ? size.heapBytes + size.indexBytes : size.heapBytes;
      slow += bytes / bytesPerSecond[kind][0];
      fast += bytes / bytesPerSecond[kind][1];
      if (kind === 'rewrite') disk += bytes;
      if (kind === 'indexBuild') disk += Math.round(Math.max(size.rows, 0) * indexBytesPerRow * indexesOfEach);
      parts.push(`${table} ${megabytes(bytes)} MB (${kind === 'indexBuild' ? 'index build' : kind})`);
    }
  }
  return {
    lowMs: Math.round(fast * 1000),
    highMs: Math.ceil(slow * 1000),
    diskBytes: disk,
    basis: `${parts.join(', ')};${indexBuilds.length > 0 && scans.length > 0 ? ` disk for ${indexBytesPerRow} bytes of index a row, the most that was measured: wide keys take more, short ones half;` : ''} throughput as measured on PostgreSQL ${throughput.server} with ${throughput.cores} cores, down to a fifth of it; not measured on this server`,
  };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
