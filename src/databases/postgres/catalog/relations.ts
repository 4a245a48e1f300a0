import { qualify } from '../../../core/names.js';
import { newRelation } from '../../../sql/catalog/catalog.js';
import type { Relation, RelationKind } from '../../../sql/catalog/types.js';
import { userSchemas } from '../schemas.js';
import { type Building, ofExtension, origin } from './building.js';

interface RelationRow {
  oid: number;
  schema: string;
  name: string;
  kind: string;
  persistence: string;
  extension: boolean;
  row_security: boolean;
  replica_identity: string;
  of_type: string | null;
  populated: boolean;
  access_method: string | null;
  bound: string | null;
  strategy: string | null;
  has_expression: boolean;
  parents: number[];
}

const kinds: Record<string, RelationKind> = {
  r: 'table',
  p: 'partitionedTable',
  v: 'view',
  m: 'materializedView',
  S: 'sequence',
  f: 'foreignTable',
};
const identities: Record<string, Relation['replicaIdentity']> = { d: 'default', f: 'full', n: 'nothing', i: 'index' };
const strategies: Record<string, string> = { r: 'range', l: 'list', h: 'hash' };

const query = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence,
         ${ofExtension('c.oid', 'pg_class')} AS extension, c.relrowsecurity AS row_security, c.relreplident AS replica_identity,
         CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type, c.relispopulated AS populated,
         m.amname AS access_method, pg_get_expr(c.relpartbound, c.oid) AS bound,
         p.partstrat AS strategy, p.partexprs IS NOT NULL AS has_expression,
         coalesce(i.parents, '{}') AS parents
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
    LEFT JOIN (SELECT inhrelid, array_agg(inhparent ORDER BY inhseqno) AS parents FROM pg_inherits GROUP BY inhrelid) i ON i.inhrelid = c.oid
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${userSchemas('n')}
   ORDER BY n.nspname, c.relname`;

/** Tables, views and sequences, with who is a partition or heir of whom. */
export async function readRelations(building: Building): Promise<void> {
  const rows = await building.session.query<RelationRow>(query);
  for (const row of rows) {
    const relation = newRelation(qualify(row.schema, row.name), kinds[row.kind] ?? 'table', origin);
    building.names.set(row.oid, relation.name);
    building.state.relations.set(relation.name, relation);
    relation.known = !row.extension;
    if (row.extension) continue;
    building.relations.set(row.oid, relation);
    relation.persistence = row.persistence === 'u' ? 'unlogged' : 'permanent';
    relation.rowSecurity = row.row_security;
    // Views carry a setting too, where it means nothing.
    if (row.kind === 'r' || row.kind === 'p') relation.replicaIdentity = identities[row.replica_identity] ?? 'default';
    relation.ofType = row.of_type;
    relation.populated = row.populated;
    relation.accessMethod = row.access_method ?? 'heap';
    // The columns follow when their names are known.
    if (row.strategy)
      relation.partitionBy = { strategy: strategies[row.strategy] ?? row.strategy, columns: [], hasExpression: row.has_expression };
  }
  for (const row of rows) linkParents(building, row);
}

function linkParents(building: Building, row: RelationRow): void {
  const relation = building.relations.get(row.oid);
  for (const oid of relation ? row.parents : []) {
    const parent = building.relations.get(oid);
    if (!relation || !parent) continue;
    parent.children.add(relation.name);
    if (row.bound === null) relation.inherits.add(parent.name);
    else relation.partitionOf = { parent: parent.name, bound: { isDefault: row.bound === 'DEFAULT', sql: row.bound } };
  }
}
