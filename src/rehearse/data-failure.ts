/** Tells which synthetic rows made a migration fail. */
import type { Shape } from './rows/shapes.js';
import type { ColumnFacts } from './input.js';
import type { StatementError } from './watch/sink.js';

/** Kinds of rows that lead to a refusal, likely ones first. */
function kindsFor(code: string): Shape['kind'][] {
  if (code === '23502') return ['nulls', 'empty', 'extremes', 'plain'];
  if (code === '23505' || code === '23P01') return ['duplicates', 'empty', 'extremes', 'nulls', 'plain'];
  if (code === '23503') return ['orphans', 'extremes', 'nulls', 'empty', 'plain'];
  if (code === '23514') return ['around check', 'extremes', 'empty', 'nulls', 'plain'];
  return ['unconvertible', 'extremes', 'empty', 'nulls', 'around check', 'plain'];
}

/** SQLSTATEs that rows decide over: integrity, data, and limits of indexes and functions that rows run into. */
export function isAboutRows(code: string | null): boolean {
  return code !== null && /^(?:22|23|54000|P0001|P0004|0A000|42804|42846)/.test(code);
}

/**
 * The shape that is left out in the next try.
 *
 * @param shapes that are there, those left out before are not among them
 * @returns null when no rows are left to blame
 */
export function shapeToBlame(error: Pick<StatementError, 'code' | 'table' | 'column'>, shapes: readonly Shape[]): Shape | null {
  const named = shapes.filter((shape) => error.table === null || shape.table === error.table);
  // Rows that were made for this very column come before those of every table.
  const closeness = (shape: Shape): number =>
    error.column !== null && shape.columns.includes(error.column) ? 0 : shape.columns.length > 0 ? 1 : 2;
  const among = [...(named.length > 0 ? named : shapes)].sort((a, b) => closeness(a) - closeness(b));
  for (const kind of kindsFor(error.code)) {
    const found = among.find((shape) => shape.kind === kind);
    if (found) return found;
  }
  return among[0] ?? null;
}

/** What the target's statistics say about such rows; null when nothing is known. */
export function likelihood(
  shape: Shape,
  column: string | null,
  facts: ReadonlyMap<string, ReadonlyMap<string, ColumnFacts>> | undefined,
): { says: string; likely: boolean } | null {
  const name = column ?? (shape.columns.length === 1 ? (shape.columns[0] ?? null) : null);
  const known = name === null ? undefined : facts?.get(shape.table)?.get(name);
  if (known === undefined) return null;
  if (shape.kind === 'nulls') {
    return known.nullFraction > 0
      ? { says: `The target's statistics show NULL in ${percent(known.nullFraction)} of the rows.`, likely: true }
      : { says: "The target's statistics show no NULL there; they look at a sample of the rows.", likely: false };
  }
  if (shape.kind === 'duplicates' && known.distinct !== null) {
    return known.distinct === -1
      ? { says: "The target's statistics show no value twice; they look at a sample of the rows.", likely: false }
      : { says: "The target's statistics show values that occur more than once.", likely: true };
  }
  return null;
}

function percent(part: number): string {
  return `${part < 0.01 ? '<1' : Math.round(part * 100)} %`;
}
