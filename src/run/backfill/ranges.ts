/** Ranges of a table in the order of a key, or of its pages where there is no key. */
import type { Client } from 'pg';
import { LockkeeperError } from '../../core/errors.js';
import { quoteIdentifier } from '../../core/names.js';
import type { BackfillSpec } from '../../core/plan.js';

/** The last key of a range as text, or its last page. Null: before the first. */
export type Position = string[] | null;

/** A condition on the key with its parameters, and where it ends; `end` is null for the last range, which is open. */
export interface Range {
  condition: string;
  values: string[];
  end: Position;
}

export interface Ranges {
  /** The range behind a position with about so many rows. Runs a query where the end has to be looked up. */
  after(client: Client, position: Position, rows: number): Promise<Range>;
}

/**
 * Chooses how a table is gone through.
 *
 * @throws LockkeeperError BAD_USAGE when the table is not there, or its key is no key that ranges can be read by
 */
export async function rangesOf(client: Client, spec: BackfillSpec): Promise<Ranges> {
  const { rows: tables } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [spec.table]);
  if (tables[0]?.there !== true) throw unusable(`there is no table ${spec.table}`);
  return spec.key.length === 0 ? byPage(client, spec) : byKey(client, spec);
}

async function byKey(client: Client, spec: BackfillSpec): Promise<Ranges> {
  const { rows: columns } = await client.query<{ name: string; type: string; notNull: boolean }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "notNull"
       FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = ANY ($2) AND NOT attisdropped`,
    [spec.table, spec.key],
  );
  const types = spec.key.map((name) => columns.find((column) => column.name === name));
  if (types.some((column) => column === undefined)) throw unusable(`${spec.table} has no columns ${spec.key.join(', ')}`);
  if (types.some((column) => column?.notNull === false)) throw unusable(`${spec.key.join(', ')} may be NULL`);
  const { rows: indexes } = await client.query(
    `SELECT FROM pg_index i WHERE i.indrelid = to_regclass($1) AND i.indisvalid AND i.indpred IS NULL AND i.indnkeyatts >= cardinality($2::text[])
        AND $2::text[] = (SELECT array_agg(a.attname::text ORDER BY k.at) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, at)
                            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.at <= cardinality($2::text[]))`,
    [spec.table, spec.key],
  );
  if (indexes.length === 0) throw unusable(`${spec.table} has no index that begins with ${spec.key.join(', ')}`);
  const names = spec.key.map(quoteIdentifier);
  const key = names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`;
  const row = (first: number): string => {
    const values = types.map((column, at) => `$${first + at}::text::${column?.type ?? 'text'}`);
    return values.length === 1 ? (values[0] ?? '') : `(${values.join(', ')})`;
  };
  const asText = names.map((name, at) => `${name}::text AS lockkeeper_key_${at + 1}`).join(', ');
  return {
    async after(on, position, rows) {
      const behind = position === null ? '' : `${key} > ${row(1)}`;
      const { rows: found } = await on.query<Record<string, string>>(
        `SELECT ${asText} FROM ${spec.table}${behind === '' ? '' : ` WHERE ${behind}`} ORDER BY ${names.join(', ')} OFFSET ${rows - 1} LIMIT 1`,
        position ?? [],
      );
      const end = found[0] === undefined ? null : names.map((_, at) => found[0]?.[`lockkeeper_key_${at + 1}`] ?? '');
      const upTo = end === null ? '' : `${key} <= ${row((position?.length ?? 0) + 1)}`;
      return { condition: [behind, upTo].filter((each) => each !== '').join(' AND '), values: [...(position ?? []), ...(end ?? [])], end };
    },
  };
}

/** Rows that are written anew move to later pages; they need it no more, so meeting them again does no harm. */
async function byPage(client: Client, spec: BackfillSpec): Promise<Ranges> {
  const size = `SELECT coalesce(max(pg_relation_size(part)), 0) / current_setting('block_size')::bigint AS pages
                  FROM (SELECT to_regclass($1) AS part UNION SELECT relid FROM pg_partition_tree(to_regclass($1))) AS parts`;
  const { rows: known } = await client.query<{ perPage: number }>(
    `SELECT greatest(1, coalesce(max(reltuples / nullif(relpages, 0)), 60))::float8 AS "perPage" FROM pg_class
      WHERE oid IN (SELECT to_regclass($1) UNION SELECT relid FROM pg_partition_tree(to_regclass($1)))`,
    [spec.table],
  );
  const perPage = known[0]?.perPage ?? 60;
  return {
    async after(on, position, rows) {
      const from = Number(position?.[0] ?? 0);
      const to = from + Math.max(1, Math.round(rows / perPage));
      const { rows: found } = await on.query<{ pages: string }>(size, [spec.table]);
      const last = to >= Number(found[0]?.pages ?? 0);
      const lower = `ctid >= '(${from},0)'::tid`;
      return { condition: last ? lower : `${lower} AND ctid < '(${to},0)'::tid`, values: [], end: last ? null : [String(to)] };
    },
  };
}

function unusable(why: string): LockkeeperError {
  return new LockkeeperError('BAD_USAGE', `The backfill cannot run: ${why}.`, 'Make the plan again on the schema as it is now.');
}
