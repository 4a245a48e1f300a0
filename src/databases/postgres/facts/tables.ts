import type { IndexFacts, TableFacts } from '../../../core/facts.js';
import { qualify } from '../../../core/names.js';
import type { DatabaseSession } from '../../engine.js';
import { userSchemas } from '../schemas.js';

interface TableRow {
  oid: number;
  schema: string;
  name: string;
  partitioned: boolean;
  parents: number[];
  row_estimate: number;
  pages: number;
  live_rows: number;
  row_bytes: number;
  heap_bytes: number | null;
  reads: number;
  writes: number;
}

interface IndexRow {
  table: number;
  schema: string;
  name: string;
  valid: boolean;
  scans: number;
  bytes: number;
}

const pageBytes = 8192;

/** What a row costs beside its columns: header, item pointer, padding (documentation, chapter 66.6.1). */
const rowOverheadBytes = 28;

/**
 * Tables, partitioned ones as the sum of their partitions. `sizes` is what asks the file system: it needs a moment's
 * ACCESS SHARE lock on each table, which a running ALTER TABLE keeps waiting; without it the statistics' page counts do.
 * Reads are scans, of the table and of its indexes; writes are rows. The functions are those beneath the view
 * `pg_stat_all_tables`, which is slow over many tables. Rows: `reltuples`; where it was never analysed (-1) the row counter of the statistics, else a guess from the size.
 */
const tableQuery = (sizes: boolean): string => `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind = 'p' AS partitioned,
         ARRAY(SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition)::oid[] AS parents,
         c.reltuples::float8 AS row_estimate, c.relpages::float8 AS pages, pg_stat_get_live_tuples(c.oid)::float8 AS live_rows,
         (SELECT coalesce(sum(CASE WHEN t.typlen > 0 THEN t.typlen ELSE 16 END), 0) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
           WHERE c.reltuples < 0 AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::float8 AS row_bytes,
         ${sizes ? "CASE WHEN c.relkind <> 'p' THEN pg_table_size(c.oid) END::float8" : 'NULL::float8'} AS heap_bytes,
         pg_stat_get_numscans(c.oid)::float8 AS reads,
         (pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid))::float8 AS writes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm') AND ${userSchemas('n')}`;

const indexQuery = (sizes: boolean): string => `
  SELECT i.indrelid AS table, n.nspname AS schema, c.relname AS name, i.indisvalid AS valid, pg_stat_get_numscans(c.oid)::float8 AS scans,
         ${sizes ? 'pg_relation_size(c.oid)::float8' : `c.relpages::float8 * ${pageBytes}`} AS bytes
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('i', 'I') AND ${userSchemas('n')}`;

/**
 * Reads sizes and traffic of every table.
 *
 * @returns tables by qualified name; `sized` is false when a lock kept the sizes from being measured, then they are estimates
 */
export async function readTables(session: DatabaseSession): Promise<{ tables: Record<string, TableFacts>; sized: boolean }> {
  const measured = await session.attempt<TableRow>(tableQuery(true));
  const tableRows = measured ?? (await session.query<TableRow>(tableQuery(false)));
  const measuredIndexes = measured && (await session.attempt<IndexRow>(indexQuery(true)));
  const indexRows = measuredIndexes ?? (await session.query<IndexRow>(indexQuery(false)));

  const byOid = new Map<number, TableFacts>();
  const tables: Record<string, TableFacts> = {};
  for (const row of tableRows) {
    const facts = {
      rows: estimateRows(row),
      heapBytes: row.heap_bytes ?? row.pages * pageBytes,
      indexBytes: 0,
      indexes: [],
      writes: row.writes,
      reads: row.reads,
    };
    byOid.set(row.oid, row.partitioned ? { ...facts, rows: 0, heapBytes: 0 } : facts);
    tables[qualify(row.schema, row.name)] = byOid.get(row.oid) as TableFacts;
  }
  for (const { table, schema, name, bytes, scans, valid } of indexRows) {
    const facts = byOid.get(table);
    const index: IndexFacts = { name: qualify(schema, name), bytes, scans, valid };
    facts?.indexes.push(index);
    if (!facts) continue;
    facts.indexBytes += bytes;
    facts.reads += scans;
  }
  addUpPartitions(tableRows, byOid);
  return { tables, sized: measured !== null && measuredIndexes !== null };
}

function estimateRows(row: TableRow): number {
  if (row.row_estimate >= 0) return Math.max(row.row_estimate, row.row_estimate === 0 ? row.live_rows : 0);
  if (row.live_rows > 0) return row.live_rows;
  return Math.floor((row.heap_bytes ?? row.pages * pageBytes) / (row.row_bytes + rowOverheadBytes));
}

/** Each leaf counts for every table above it. */
function addUpPartitions(rows: TableRow[], byOid: Map<number, TableFacts>): void {
  const parentOf = new Map(rows.map((row) => [row.oid, row.parents[0]]));
  for (const row of rows) {
    const leaf = byOid.get(row.oid);
    if (row.partitioned || !leaf) continue;
    for (let parent = row.parents[0]; parent !== undefined; parent = parentOf.get(parent)) {
      const sum = byOid.get(parent);
      if (!sum) break;
      sum.rows += leaf.rows;
      sum.heapBytes += leaf.heapBytes;
      sum.indexBytes += leaf.indexBytes;
      sum.reads += leaf.reads;
      sum.writes += leaf.writes;
    }
  }
}
