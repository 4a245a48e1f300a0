import { qualify } from '../../../core/names.js';
import type { Index } from '../../../sql/catalog/types.js';
import { userSchemas } from '../schemas.js';
import { type Building, columnNames, origin, since } from './building.js';

interface IndexRow {
  oid: number;
  relation: number;
  schema: string;
  name: string;
  method: string;
  unique: boolean;
  valid: boolean;
  nulls_not_distinct: boolean;
  key_count: number;
  numbers: number[];
  options: number[];
  expressions: string[] | null;
  operator_classes: number[];
  collations: number[];
  predicate: string | null;
  constraint: string | null;
  parent: number | null;
}

/** `indoption`, bit 0: descending (source: `INDOPTION_DESC` in catalog/pg_index.h). */
const descendingBit = 1;

/** `DEFAULT_COLLATION_OID` (source: catalog/pg_collation.dat). */
const defaultCollation = 100;

const query = (building: Building): string => `
  SELECT i.indexrelid AS oid, i.indrelid AS relation, n.nspname AS schema, c.relname AS name, m.amname AS method,
         i.indisunique AS unique, i.indisvalid AS valid, ${since(building, 15, 'i.indnullsnotdistinct', 'false')} AS nulls_not_distinct,
         i.indnkeyatts AS key_count, i.indkey::int2[] AS numbers, i.indoption::int2[] AS options,
         CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts) k) END AS expressions,
         i.indclass::oid[] AS operator_classes, i.indcollation::oid[] AS collations,
         pg_get_expr(i.indpred, i.indrelid) AS predicate, x.conname AS constraint, h.inhparent AS parent
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_constraint x ON x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
   WHERE ${userSchemas('n')}
   ORDER BY n.nspname, c.relname`;

/** What an index may name besides a column, where it is not the usual one. */
interface Dictionary {
  operatorClasses: Map<number, string>;
  collations: Map<number, string>;
}

const dictionaryQuery = `
  SELECT oid, 'operatorClasses' AS kind, CASE WHEN opcnamespace = 'pg_catalog'::regnamespace THEN opcname::text ELSE opcnamespace::regnamespace || '.' || opcname END AS name
    FROM pg_opclass WHERE NOT opcdefault
  UNION ALL
  SELECT oid, 'collations', CASE WHEN collnamespace = 'pg_catalog'::regnamespace THEN collname::text ELSE collnamespace::regnamespace || '.' || collname END
    FROM pg_collation`;

/** Indexes with their keys. */
export async function readIndexes(building: Building): Promise<void> {
  const dictionary: Dictionary = { operatorClasses: new Map(), collations: new Map() };
  for (const { oid, kind, name } of await building.session.query<{ oid: number; kind: keyof Dictionary; name: string }>(dictionaryQuery))
    dictionary[kind].set(oid, name);
  const rows = await building.session.query<IndexRow>(query(building));
  for (const row of rows) building.names.set(row.oid, qualify(row.schema, row.name));
  for (const row of rows) {
    const relation = building.relations.get(row.relation);
    if (!relation) continue;
    const name = qualify(row.schema, row.name);
    relation.indexes.add(name);
    building.state.indexes.set(name, {
      name,
      table: relation.name,
      unique: row.unique,
      method: row.method,
      keys: keys(building, row, dictionary),
      include: columnNames(building, row.relation, row.numbers.slice(row.key_count)),
      predicate: row.predicate === null ? null : building.expression(row.predicate),
      nullsNotDistinct: row.nulls_not_distinct,
      valid: row.valid,
      constraint: row.constraint,
      parent: row.parent === null ? null : (building.names.get(row.parent) ?? null),
      origin,
    });
  }
}

function keys(building: Building, row: IndexRow, dictionary: Dictionary): Index['keys'] {
  return row.numbers.slice(0, row.key_count).map((number, place) => {
    const expression = number === 0 ? row.expressions?.[place] : undefined;
    const collation = row.collations[place] ?? 0;
    const usual = building.collations.get(row.relation)?.get(number) ?? defaultCollation;
    return {
      column: building.columns.get(row.relation)?.get(number) ?? null,
      expression: expression === undefined ? null : building.expression(expression),
      descending: ((row.options[place] ?? 0) & descendingBit) !== 0,
      operatorClass: dictionary.operatorClasses.get(row.operator_classes[place] ?? 0) ?? null,
      collation: collation === usual ? null : (dictionary.collations.get(collation) ?? null),
    };
  });
}
