import type { ReferentialAction } from '../../../core/change.js';
import type { Constraint } from '../../../sql/catalog/types.js';
import { userSchemas } from '../schemas.js';
import { type Building, columnNames, since } from './building.js';

interface ConstraintRow {
  relation: number;
  name: string;
  kind: string;
  numbers: number[] | null;
  expression: string | null;
  referenced: number;
  referenced_numbers: number[] | null;
  on_delete: string;
  on_update: string;
  index: number | null;
  valid: boolean;
  enforced: boolean;
  no_inherit: boolean;
  deferrable: boolean;
  deferred: boolean;
  temporal: boolean;
}

const kinds: Record<string, Constraint['kind']> = {
  p: 'primaryKey',
  u: 'unique',
  c: 'check',
  f: 'foreignKey',
  x: 'exclusion',
  n: 'notNull',
};
const actions: Record<string, ReferentialAction> = { a: 'noAction', r: 'restrict', c: 'cascade', n: 'setNull', d: 'setDefault' };

/**
 * A foreign key on a partitioned table has one more row for each partition that it points at, on the same table and with a
 * number behind its name. Those are the server's book-keeping, not constraints that anybody sees or drops.
 */
const query = (building: Building): string => `
  SELECT x.conrelid AS relation, x.conname AS name, x.contype AS kind, x.conkey AS numbers, pg_get_expr(x.conbin, x.conrelid) AS expression,
         x.confrelid AS referenced, x.confkey AS referenced_numbers, x.confdeltype AS on_delete, x.confupdtype AS on_update,
         CASE WHEN x.contype IN ('p', 'u', 'x') THEN x.conindid END AS index, x.convalidated AS valid,
         ${since(building, 18, 'x.conenforced', 'true')} AS enforced, x.connoinherit AS no_inherit,
         x.condeferrable AS deferrable, x.condeferred AS deferred, ${since(building, 18, 'x.conperiod', 'false')} AS temporal
    FROM pg_constraint x
    JOIN pg_namespace n ON n.oid = x.connamespace
   WHERE x.conrelid <> 0 AND x.contype IN ('p', 'u', 'c', 'f', 'x', 'n') AND ${userSchemas('n')}
     AND NOT EXISTS (SELECT 1 FROM pg_constraint y WHERE x.contype = 'f' AND x.conparentid <> 0 AND y.oid = x.conparentid AND y.conrelid = x.conrelid)
   ORDER BY x.conrelid, x.conname`;

/** Constraints of every kind. NOT NULL has some of its own since PostgreSQL 18; before, it is a property of the column. */
export async function readConstraints(building: Building): Promise<void> {
  for (const row of await building.session.query<ConstraintRow>(query(building))) {
    const relation = building.relations.get(row.relation);
    const kind = kinds[row.kind];
    if (relation && kind) relation.constraints.set(row.name, constraint(building, row, kind));
  }
}

function constraint(building: Building, row: ConstraintRow, kind: Constraint['kind']): Constraint {
  const indexName = row.index === null ? null : (building.names.get(row.index) ?? null);
  const index = indexName === null ? undefined : building.state.indexes.get(indexName);
  return {
    kind,
    name: row.name,
    columns: columnNames(building, row.relation, row.numbers),
    expression: row.expression === null ? null : building.expression(row.expression),
    references: kind === 'foreignKey' ? reference(building, row) : null,
    usingIndex: null,
    notValid: !row.valid,
    enforced: row.enforced,
    // Keys carry the flag as well, where it means nothing that anybody wrote.
    noInherit: row.no_inherit && (kind === 'check' || kind === 'notNull'),
    deferrable: row.deferrable,
    initiallyDeferred: row.deferred,
    nullsNotDistinct: index?.nullsNotDistinct ?? false,
    temporal: row.temporal,
    include: index?.include ?? [],
    valid: row.valid,
    index: indexName,
  };
}

function reference(building: Building, row: ConstraintRow): Constraint['references'] {
  return {
    table: building.names.get(row.referenced) ?? '',
    columns: columnNames(building, row.referenced, row.referenced_numbers),
    onDelete: actions[row.on_delete] ?? 'noAction',
    onUpdate: actions[row.on_update] ?? 'noAction',
  };
}
