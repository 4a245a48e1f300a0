/** Rows of tables as numbers: enough to tell whether every value came back, and in no order. */
import type { Client } from 'pg';
import { quoteIdentifier } from '../core/names.js';
import type { CatalogState } from '../sql/catalog/types.js';

export interface TableSum {
  rows: string;
  /** By column: values that are not NULL, and the sum of their hashes. */
  columns: Map<string, { values: string; sum: string }>;
}

export type Sums = Map<string, TableSum>;

/**
 * Counts and sums of tables.
 *
 * @param columnsOf names of the columns to look at, by table; those that are no longer there are left out
 */
export async function readSums(client: Client, columnsOf: ReadonlyMap<string, readonly string[]>): Promise<Sums> {
  const sums: Sums = new Map();
  for (const [table, columns] of columnsOf) {
    const { rows: there } = await client.query<{ name: string }>(
      'SELECT attname AS name FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped',
      [table],
    );
    const names = columns.filter((column) => there.some(({ name }) => name === column));
    if (there.length === 0) continue;
    const parts = names.map((name) => {
      const column = quoteIdentifier(name);
      return `count(${column})::text, coalesce(sum(hashtextextended(${column}::text, 0)::numeric), 0)::text`;
    });
    const result = await client.query({
      text: `SELECT count(*)::text${parts.map((part) => `, ${part}`).join('')} FROM ${table}`,
      rowMode: 'array',
    });
    const row = (result.rows[0] ?? []) as unknown as string[];
    sums.set(table, {
      rows: row[0] ?? '0',
      columns: new Map(names.map((name, at) => [name, { values: row[1 + at * 2] ?? '0', sum: row[2 + at * 2] ?? '0' }])),
    });
  }
  return sums;
}

/** Columns of the tables that hold rows of their own, by name. */
export function storedColumns(catalog: CatalogState, tables: readonly string[]): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  for (const name of tables) {
    const relation = catalog.relations.get(name);
    if (relation?.kind === 'table' || relation?.kind === 'partitionedTable') columns.set(name, [...relation.columns.keys()]);
  }
  return columns;
}

/** What of `before` is not in `after`, one line each. */
export function lostBetween(before: Sums, after: Sums): string[] {
  const lost: string[] = [];
  for (const [table, was] of before) {
    const is = after.get(table);
    if (is === undefined) {
      if (was.rows !== '0') lost.push(`${table}: all ${was.rows} rows`);
      continue;
    }
    if (was.rows !== is.rows) lost.push(`${table}: ${was.rows} rows before, ${is.rows} after`);
    for (const [column, sum] of was.columns) {
      const now = is.columns.get(column);
      if (now === undefined) {
        if (sum.values !== '0') lost.push(`${table}.${quoteIdentifier(column)}: all ${sum.values} values`);
      } else if (was.rows === is.rows && (now.sum !== sum.sum || now.values !== sum.values)) {
        lost.push(
          now.values === sum.values
            ? `${table}.${quoteIdentifier(column)}: other values than before`
            : `${table}.${quoteIdentifier(column)}: ${sum.values} values before, ${now.values} after`,
        );
      }
    }
  }
  return lost;
}
