import type { Estimate } from '../core/effects.js';
import type { Facts } from '../core/facts.js';
import type { AnalysedStatement } from '../sql/analysis.js';

/**
 * Throughput of a full pass over a table, bytes a second, slow and fast: rewriting with its indexes, building an index, reading.
 * Order of magnitude from measurements on two shared cores (2.0 M rows of 189 MB: rewrite 6 to 8 s, index 1.8 to 3 s, key check 1.0 to 1.9 s).
 */
const bytesPerSecond = { rewrite: [12e6, 60e6], indexBuild: [40e6, 200e6], scan: [80e6, 1000e6] } as const;

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
      if (kind !== 'scan') disk += kind === 'rewrite' ? bytes : Math.round(bytes * 0.3);
      parts.push(`${table} ${megabytes(bytes)} MB (${kind === 'indexBuild' ? 'index build' : kind})`);
    }
  }
  return {
    lowMs: Math.round(fast * 1000),
    highMs: Math.ceil(slow * 1000),
    diskBytes: disk,
    basis: `${parts.join(', ')}; throughput of ordinary disks, not measured on this server`,
  };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
