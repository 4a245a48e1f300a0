import type { AssessedStatement, Assessment } from '../core/assessment.js';
import type { Effects, Estimate } from '../core/effects.js';
import type { Place } from '../core/stack.js';
import { sanitiseLine } from '../core/sanitise.js';

/** Words that every report shares, so that they say the same in the same way. */

/** `file:line`, or where else it came from. */
export function placeText(source: Place | null, migration: string | null = null): string {
  if (source === null) return sanitiseLine(migration ?? 'SQL text');
  // Text that came without a file still has lines.
  if (source.file === '') return source.line === null ? 'SQL text' : `line ${source.line}`;
  return sanitiseLine(source.line === null ? source.file : `${source.file}:${source.line}`);
}

/** `1 statement`, `2 statements`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** What waits, in words. */
export function blocksText(blocks: Effects['blocks']): string {
  return { nothing: 'nobody waits', writes: 'writes wait', readsAndWrites: 'reads and writes wait' }[blocks];
}

/** What a statement does to the running database, one line each. */
export function effectLines(effects: Effects): string[] {
  const lines = effects.locks.map(
    (lock) => `${lock.mode} on ${sanitiseLine(lock.relation)}: ${blocksText(lock.blocks)}${lock.transient ? ', for a moment' : ''}`,
  );
  if (effects.rewrites.length > 0) lines.push(`rewrites ${names(effects.rewrites)}`);
  if (effects.scans.length > 0) lines.push(`reads all of ${names(effects.scans)}`);
  if (effects.indexBuilds.length > 0) lines.push(`builds ${names(effects.indexBuilds)}`);
  if (effects.runsInTransaction === false) lines.push('cannot run in a transaction');
  if (effects.estimate) lines.push(estimateText(effects.estimate));
  return lines;
}

/** A range of time for people. */
export function estimateText(estimate: Estimate): string {
  const disk = estimate.diskBytes === null ? '' : `, ${bytesText(estimate.diskBytes)} of disk`;
  return `takes about ${durationText(estimate.lowMs)} to ${durationText(estimate.highMs)}${disk} (${sanitiseLine(estimate.basis)})`;
}

/** Version that was judged for, and whether anybody said so. */
export function targetText(assessment: Assessment): string {
  if (assessment.dialect !== 'postgres') return assessment.dialect === 'unknown' ? 'several or unknown dialects' : assessment.dialect;
  return `PostgreSQL ${assessment.assumedServerVersion}${assessment.serverVersion === null ? ' (assumed)' : ''}`;
}

/** The statement that a finding is about, if it is about one. */
export function statementOf(assessment: Assessment, finding: { statement: number | null }): AssessedStatement | undefined {
  if (finding.statement === null) return undefined;
  // In a whole assessment the index is the position; in a part of one it is not.
  const there = assessment.statements[finding.statement];
  return there?.index === finding.statement ? there : assessment.statements.find((statement) => statement.index === finding.statement);
}

function names(list: readonly string[]): string {
  return list.map((name) => sanitiseLine(name)).join(', ');
}

function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 1000)} s`;
  return milliseconds < 7_200_000 ? `${Math.round(milliseconds / 60_000)} min` : `${Math.round(milliseconds / 3_600_000)} h`;
}

function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
