/** Counts the rows of each plain table, so that rows that vanish are seen. */
import type { ClientBase } from 'pg';
import type { CatalogPicture } from './catalog-picture.js';

/** Table oid -> rows, for every table that holds rows itself. Counting locks the tables: call it where that does not matter. */
export async function countRows(client: ClientBase, picture: CatalogPicture): Promise<Map<number, number>> {
  const tables = [...picture.values()].filter((relation) => relation.kind === 'r');
  const populated = [...picture.values()].filter((relation) => relation.kind === 'm');
  const counts = new Map<number, number>();
  if (tables.length > 0) {
    const query = tables
      .map(({ oid, name }) => `SELECT ${oid}::int8 AS oid, count(*) AS rows FROM ONLY ${quoteName(name)}`)
      .join(' UNION ALL ');
    const { rows } = await client.query<{ oid: string; rows: string }>(query);
    for (const row of rows) counts.set(Number(row.oid), Number(row.rows));
  }
  // A materialized view without data cannot be read; its number of rows is of no interest beyond being none or some.
  const { rows } = await client.query<{ oid: string }>(`SELECT oid::int8 AS oid FROM pg_class WHERE relkind = 'm' AND NOT relispopulated`);
  const empty = new Set(rows.map((row) => Number(row.oid)));
  for (const { oid } of populated) counts.set(oid, empty.has(oid) ? 0 : 1);
  return counts;
}

/** `schema.name` as SQL. */
export function quoteName(name: string): string {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

/** Rows that were there and are gone, by the table's name before. Rows that moved to another partition of their table are not gone. */
export function removedRows(before: Map<number, number>, after: Map<number, number>, picture: CatalogPicture): Record<string, number> {
  const gainedByRoot = new Map<number, number>();
  for (const [oid, rows] of before) {
    const root = picture.get(oid)?.rootOid ?? null;
    const gained = (after.get(oid) ?? 0) - rows;
    if (root !== null && gained > 0) gainedByRoot.set(root, (gainedByRoot.get(root) ?? 0) + gained);
  }
  const removed: [string, number][] = [];
  for (const [oid, rows] of before) {
    const relation = picture.get(oid);
    if (relation?.kind !== 'r') continue;
    const missing = rows - (after.get(oid) ?? 0);
    const moved = Math.max(0, Math.min(missing, gainedByRoot.get(relation.rootOid ?? 0) ?? 0));
    if (relation.rootOid !== null && moved > 0) gainedByRoot.set(relation.rootOid, (gainedByRoot.get(relation.rootOid) ?? 0) - moved);
    if (missing - moved > 0) removed.push([relation.name, missing - moved]);
  }
  return Object.fromEntries(removed.sort(([a], [b]) => (a < b ? -1 : 1)));
}
