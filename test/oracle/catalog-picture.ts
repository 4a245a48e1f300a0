/**
 * A picture of the relations of a database: which there are and which file each is stored in.
 *
 * Reads system catalogs only, so that it takes no lock on a relation that a measurement looks at.
 */
import type { ClientBase } from 'pg';

export interface Relation {
  oid: number;
  /** `schema.name`, unquoted. */
  name: string;
  /** `pg_class.relkind`: r table, p partitioned table, v view, m materialized view, S sequence, f foreign table, i and I index. */
  kind: string;
  /** Number of the file that holds it, null for what has none. A new number means new storage. */
  file: number | null;
  /** The table an index belongs to. */
  tableOid: number | null;
  isValid: boolean;
  /** The partitioned table at the top, of a partition. */
  rootOid: number | null;
}

export type CatalogPicture = Map<number, Relation>;

const catalogQuery = `
  SELECT c.oid::int8 AS oid, n.nspname || '.' || c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid)::int8 AS file,
         i.indrelid::int8 AS table_oid, coalesce(i.indisvalid, true) AS is_valid,
         CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid::int8 END AS root_oid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I') AND c.oid >= 16384
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'`;

/** The relations as this session sees them now. */
export async function readCatalog(client: ClientBase): Promise<CatalogPicture> {
  const { rows } = await client.query<{
    oid: string;
    name: string;
    kind: string;
    file: string | null;
    table_oid: string | null;
    is_valid: boolean;
    root_oid: string | null;
  }>(catalogQuery);
  return new Map(
    rows.map((row) => [
      Number(row.oid),
      {
        oid: Number(row.oid),
        name: row.name,
        kind: row.kind,
        file: nullableNumber(row.file),
        tableOid: nullableNumber(row.table_oid),
        isValid: row.is_valid,
        rootOid: nullableNumber(row.root_oid),
      },
    ]),
  );
}

/** Something that is equal for two pictures exactly if nothing was added, dropped, renamed or stored anew between them. */
export function fingerprint(picture: CatalogPicture): string {
  return JSON.stringify([...picture.values()].sort((a, b) => a.oid - b.oid));
}

function nullableNumber(value: string | null): number | null {
  return value === null ? null : Number(value);
}
