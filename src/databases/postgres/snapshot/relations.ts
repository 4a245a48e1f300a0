import { qualify, quoteIdentifier } from '../../../core/names.js';
import { userSchemas } from '../schemas.js';
import { ofExtension, type Reading, relationKind } from './reading.js';

interface Row {
  oid: number;
  schema: string;
  name: string;
  kind: string;
  unlogged: boolean;
  partition: boolean;
  options: string[] | null;
  toast_options: string[] | null;
  replica_identity: string;
  identity_index: string | null;
  of_type: string | null;
  access_method: string | null;
  bound: string | null;
  partition_key: string | null;
  parents: number[];
  populated: boolean;
  server: string | null;
  server_options: string[] | null;
  row_security: boolean;
  forced: boolean;
  persistence: string;
}

const identities: Record<string, string> = { f: 'full', n: 'nothing' };

const query = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence = 'u' AS unlogged, c.relispartition AS partition,
         c.reloptions AS options, o.reloptions AS toast_options, c.relreplident AS replica_identity,
         CASE WHEN c.relreplident = 'i' THEN (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                                               WHERE i.indrelid = c.oid AND i.indisreplident) END AS identity_index,
         CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type, m.amname AS access_method,
         pg_get_expr(c.relpartbound, c.oid) AS bound, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
         coalesce(h.parents, '{}') AS parents, c.relispopulated AS populated, s.srvname AS server, f.ftoptions AS server_options,
         c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced, c.relpersistence AS persistence
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class o ON o.oid = c.reltoastrelid AND o.reloptions IS NOT NULL
    LEFT JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
    LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
    LEFT JOIN (SELECT inhrelid, array_agg(inhparent ORDER BY inhseqno) AS parents FROM pg_inherits GROUP BY inhrelid) h ON h.inhrelid = c.oid
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't' AND ${userSchemas('n')} AND NOT ${ofExtension('c.oid', 'class')}`;

/** Tables, views and sequences by name, with what a table is besides its columns; row-level security as an object of its own. */
export async function readRelations(reading: Reading): Promise<void> {
  const rows = await reading.query<Row>(query);
  for (const row of rows) {
    const name = qualify(row.schema, row.name);
    const relation = {
      id: `${relationKind(row.kind)} ${name}`,
      schema: row.schema,
      name: row.name,
      kind: row.kind,
      isPartition: row.partition,
    };
    reading.relations.set(row.oid, relation);
    reading.address('class', row.oid, 0, relation.id);
  }
  for (const row of rows) {
    const kind = relationKind(row.kind);
    const name = qualify(row.schema, row.name);
    const parents = row.parents.map((oid) => reading.relations.get(oid));
    const parentNames = parents.flatMap((parent) => (parent ? [qualify(parent.schema, parent.name)] : []));
    const object = reading.add({
      kind,
      name,
      properties: {
        ...(row.kind === 'v' ? {} : { unlogged: row.unlogged }),
        ...optionProperties('', row.options),
        ...optionProperties('toast.', row.toast_options),
        // A default of the server's own (`default_table_access_method`), not of the schema, for nearly everybody.
        accessMethod: row.access_method === 'heap' ? null : row.access_method,
        ...(kind === 'table'
          ? {
              partitionBy: row.partition_key,
              partitionOf: row.partition ? (parentNames[0] ?? null) : null,
              bound: row.bound,
              inherits: row.partition ? null : parentNames.join(', '),
              ofType: row.of_type,
              replicaIdentity:
                row.identity_index === null ? (identities[row.replica_identity] ?? null) : `index ${quoteIdentifier(row.identity_index)}`,
              server: row.server === null ? null : quoteIdentifier(row.server),
              ...optionProperties('server.', row.server_options),
            }
          : {}),
      },
      // Whether it was ever filled is a matter of data.
      spelling: kind === 'materializedView' ? { populated: row.populated } : {},
    });
    for (const parent of parents) if (parent) object.needs.push(parent.id);
    if (row.row_security || row.forced)
      reading.add({
        kind: 'rowSecurity',
        name,
        parent: `table ${name}`,
        properties: { enabled: row.row_security, forced: row.forced },
      });
  }
}

/** `fillfactor=70` as a property `option.fillfactor`. */
export function optionProperties(prefix: string, options: readonly string[] | null): Record<string, string> {
  return Object.fromEntries(
    (options ?? []).map((option) => {
      const at = option.indexOf('=');
      return at < 0 ? [`option.${prefix}${option}`, 'true'] : [`option.${prefix}${option.slice(0, at)}`, option.slice(at + 1)];
    }),
  );
}
