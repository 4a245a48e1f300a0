/**
 * Which tables were read in full. Three sources:
 *
 * 1. Counters of the transaction (`pg_stat_get_xact_*`): tuples read by sequential scans and fetched over indexes, at least as many
 *    as the table has rows. Inside a block only.
 * 2. Messages of level DEBUG1: `verifying table`, and `validating foreign key constraint`, which reads child and parent (how the
 *    parent is read is the planner's choice, but every row of the child is looked up there).
 * 3. Index builds, which read their table.
 *
 * Only tables that were there before with rows; of a partitioned table, its partitions. A table that was rewritten counts only if a
 * foreign key was validated on it as well: the rewrite reads it, and that is said already. VACUUM and ANALYZE do not count: they
 * skip pages as they see fit.
 */
import type { ClientBase } from 'pg';
import type { CatalogPicture } from './catalog-picture.js';

/** Table oid -> sequential scans begun, and tuples read, since the transaction began. */
export type ReadCounters = Map<number, { scans: number; tuples: number }>;

/** The counters of this session's transaction. */
export async function readCounters(client: ClientBase): Promise<ReadCounters> {
  const { rows } = await client.query<{ oid: string; scans: string; tuples: string }>(`
    SELECT c.oid::int8 AS oid, pg_stat_get_xact_numscans(c.oid) AS scans,
           pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)
             + coalesce((SELECT sum(pg_stat_get_xact_tuples_fetched(indexrelid)) FROM pg_index WHERE indrelid = c.oid), 0) AS tuples
    FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384`);
  return new Map(rows.map((row) => [Number(row.oid), { scans: Number(row.scans), tuples: Number(row.tuples) }]));
}

export interface ScanEvidence {
  before: CatalogPicture;
  rowsBefore: Map<number, number>;
  messages: string[];
  countersBefore: ReadCounters;
  countersAfter: ReadCounters;
  foreignKeys: ForeignKeyTables;
  /** Names of tables that were rewritten, and of those on which an index was built. */
  rewrites: string[];
  builtOn: string[];
}

/** The names of the tables that were read in full. */
export function findScans(evidence: ScanEvidence): string[] {
  const { before, rowsBefore, messages, countersBefore, countersAfter, foreignKeys } = evidence;
  const scanned = new Set<string>();
  const verified = messagesMatching(messages, /^verifying table "(.*)"$/);
  for (const { oid, name, kind } of before.values()) {
    const rows = rowsBefore.get(oid) ?? 0;
    if (rows === 0 || (kind !== 'r' && kind !== 'm') || evidence.rewrites.includes(name)) continue;
    const then = countersBefore.get(oid) ?? { scans: 0, tuples: 0 };
    const now = countersAfter.get(oid) ?? then;
    if (now.tuples - then.tuples >= rows) scanned.add(name);
    const bareName = name.slice(name.indexOf('.') + 1);
    // The message names no schema: inside a block the counter tells which of two tables of the same name it was.
    if (verified.has(bareName) && (countersAfter.size === 0 || now.scans > then.scans)) scanned.add(name);
    if (evidence.builtOn.includes(name)) scanned.add(name);
  }
  for (const constraint of messagesMatching(messages, /^validating foreign key constraint "(.*)"$/)) {
    for (const oid of foreignKeys.get(constraint) ?? []) {
      const table = before.get(oid);
      if (table && (rowsBefore.get(oid) ?? 0) > 0) scanned.add(table.name);
    }
  }
  return [...scanned].sort();
}

/** Foreign key name -> the tables with rows of their own that it reads: child and parent, or their partitions. */
export type ForeignKeyTables = Map<string, Set<number>>;

/** Reads the foreign keys as this session sees them. Call it after the statement: the key may be new. */
export async function readForeignKeys(client: ClientBase): Promise<ForeignKeyTables> {
  const { rows } = await client.query<{ name: string; oids: string[] }>(`
    SELECT conname AS name, array_agg(DISTINCT tables.oid::int8) AS oids
    FROM pg_constraint, LATERAL (
      SELECT conrelid AS oid WHERE NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = conrelid)
      UNION SELECT confrelid
      UNION SELECT relid FROM pg_partition_tree(confrelid) WHERE isleaf
    ) AS tables
    WHERE contype = 'f' GROUP BY conname`);
  return new Map(rows.map((row) => [row.name, new Set(row.oids.map(Number))]));
}

function messagesMatching(messages: string[], pattern: RegExp): Set<string> {
  return new Set(messages.map((message) => pattern.exec(message)?.[1]).filter((name) => name !== undefined));
}
