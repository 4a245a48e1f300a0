/**
 * SQL of a backfill: ranges of the key, in order, each in a transaction of its own, so that no row lock is held for long.
 * A range that was done is skipped by its condition, so that a run can be repeated after a crash from where it stopped.
 */
import type { BackfillSpec } from '../core/plan.js';
import { columnList } from '../sql/postgres/write/constraint-text.js';
import { literal } from './context.js';

/** Rows of a batch: some hundred milliseconds of work on an ordinary disk, short enough for those who wait for a row. */
const batchRows = 5000;
/** Rest between batches, so that replicas and autovacuum keep up. */
const pauseMs = 50;
/** Pages of a batch where there is no key: about as many rows. */
const batchPages = 100;

/** A backfill with the usual batch and pause. */
export function backfillSpec(input: Pick<BackfillSpec, 'table' | 'where' | 'key'> & Partial<BackfillSpec>): BackfillSpec {
  return { action: 'update', assignment: null, batchRows, pauseMs, ...input };
}

/** The statement of one range. `range` is a condition on the key; empty: all rows. */
export function batchStatement(spec: BackfillSpec, range: string): string {
  const where = range === '' ? `(${spec.where})` : `${range} AND (${spec.where})`;
  switch (spec.action) {
    case 'update':
      return `UPDATE ${spec.table} SET ${spec.assignment ?? ''} WHERE ${where}`;
    case 'delete':
      return `DELETE FROM ${spec.table} WHERE ${where}`;
    case 'copy':
      return `${spec.assignment ?? ''} WHERE ${where} ON CONFLICT DO NOTHING`;
  }
}

/** Rows that are still to be done. Reads the table. */
export function countStatement(spec: BackfillSpec): string {
  return `SELECT count(*) AS rows FROM ${spec.table} WHERE ${spec.where}`;
}

/** The whole backfill as one DO block that commits after each range. It must run alone, outside any transaction. */
export function backfillBlock(spec: BackfillSpec): string {
  return spec.key.length > 0 ? byKey(spec) : byPlace(spec);
}

function byKey(spec: BackfillSpec): string {
  const names = (prefix: string): string[] => spec.key.map((_, at) => `${prefix}_${at + 1}`);
  const [lows, highs] = [names('range_low'), names('range_high')];
  const key = columnList(spec.key);
  const row = (values: readonly string[]): string => (values.length === 1 ? (values[0] ?? '') : `(${values.join(', ')})`);
  const column = spec.key.length === 1 ? key : `(${key})`;
  const from = `${column} >= ${row(lows)}`;
  const declare = [...lows, ...highs].map(
    (name, at) => `  ${name} ${spec.table}.${columnList([spec.key[at % spec.key.length] ?? ''])}%TYPE;`,
  );
  return `DO $backfill$
#variable_conflict use_column
DECLARE
${declare.join('\n')}
BEGIN
  SELECT ${key} INTO ${lows.join(', ')} FROM ${spec.table} ORDER BY ${key} LIMIT 1;
  WHILE ${lows[0]} IS NOT NULL LOOP
    SELECT ${key} INTO ${highs.join(', ')} FROM ${spec.table} WHERE ${from} ORDER BY ${key} OFFSET ${spec.batchRows} LIMIT 1;
    IF ${highs[0]} IS NULL THEN
      ${batchStatement(spec, from)};
    ELSE
      ${batchStatement(spec, `${from} AND ${column} < ${row(highs)}`)};
    END IF;
    COMMIT;
    PERFORM pg_sleep(${spec.pauseMs / 1000});
${lows.map((low, at) => `    ${low} := ${highs[at]};`).join('\n')}
  END LOOP;
END
$backfill$`;
}

/** Without a key, by pages: a range of places in the table. */
function byPlace(spec: BackfillSpec): string {
  const name = literal(spec.table);
  const place = (offset: string): string => `format('(%s,0)', range_page${offset})::tid`;
  return `DO $backfill$
#variable_conflict use_column
DECLARE
  range_page bigint := 0;
  range_end bigint;
BEGIN
  SELECT max(pg_relation_size(part)) / current_setting('block_size')::bigint INTO range_end
    FROM (SELECT ${name}::regclass AS part UNION SELECT relid FROM pg_partition_tree(${name}::regclass)) AS parts;
  WHILE range_page <= range_end LOOP
    ${batchStatement(spec, `ctid >= ${place('')} AND ctid < ${place(` + ${batchPages}`)}`)};
    COMMIT;
    PERFORM pg_sleep(${spec.pauseMs / 1000});
    range_page := range_page + ${batchPages};
  END LOOP;
END
$backfill$`;
}
