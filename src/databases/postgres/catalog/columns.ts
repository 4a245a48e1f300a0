import { userSchemas } from '../schemas.js';
import { type Building, columnNames, since } from './building.js';

interface ColumnRow {
  relation: number;
  number: number;
  name: string;
  type: string;
  not_null: boolean;
  identity: string;
  generated: string;
  expression: string | null;
  collation: string | null;
  collation_oid: number | null;
  sequence: number | null;
}

const identities: Record<string, 'always' | 'byDefault'> = { a: 'always', d: 'byDefault' };

const query = `
  SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         a.attnotnull AS not_null, a.attidentity AS identity, a.attgenerated AS generated,
         CASE WHEN a.atthasdef THEN pg_get_expr(d.adbin, d.adrelid) END AS expression,
         CASE WHEN l.collnamespace = 'pg_catalog'::regnamespace THEN l.collname ELSE l.collnamespace::regnamespace || '.' || l.collname END AS collation,
         l.oid AS collation_oid,
         s.objid AS sequence
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN (SELECT o.refobjid, o.refobjsubid, min(o.objid) AS objid
                 FROM pg_depend o JOIN pg_class q ON q.oid = o.objid AND q.relkind = 'S'
                WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
                GROUP BY 1, 2) s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${userSchemas('n')}
   ORDER BY a.attrelid, a.attnum`;

const partitionKeys = `SELECT partrelid AS relation, partattrs::int2[] AS numbers FROM pg_partitioned_table`;

/** PostgreSQL 18: NOT NULL constraints that were added NOT VALID. */
const unvalidated = (building: Building): string => `
  SELECT conrelid AS relation, conkey[1] AS number FROM pg_constraint
   WHERE ${since(building, 18, "contype = 'n' AND NOT convalidated", 'false')}`;

/** Columns with their defaults, and the columns that tables are partitioned by. */
export async function readColumns(building: Building): Promise<void> {
  const { session, relations, columns, names } = building;
  for (const row of await session.query<ColumnRow>(query)) {
    const relation = relations.get(row.relation);
    if (!relation) continue;
    const numbered = columns.get(row.relation) ?? new Map<number, string>();
    columns.set(row.relation, numbered.set(row.number, row.name));
    if (row.collation_oid !== null)
      building.collations.set(
        row.relation,
        (building.collations.get(row.relation) ?? new Map<number, number>()).set(row.number, row.collation_oid),
      );
    const expression = row.expression === null ? null : building.expression(row.expression);
    relation.columns.set(row.name, {
      name: row.name,
      type: row.type,
      collation: row.collation,
      notNull: row.not_null,
      notNullValid: true,
      default: row.generated === '' ? expression : null,
      generated: row.generated !== '' && expression ? { expression, stored: row.generated === 's' } : null,
      identity: identities[row.identity] ?? null,
      sequence: row.sequence === null ? null : (names.get(row.sequence) ?? null),
    });
  }
  for (const { relation, numbers } of await session.query<{ relation: number; numbers: number[] }>(partitionKeys)) {
    const partitioned = relations.get(relation);
    if (partitioned?.partitionBy) partitioned.partitionBy.columns = columnNames(building, relation, numbers);
  }
  for (const { relation, number } of session.version >= 18
    ? await session.query<{ relation: number; number: number }>(unvalidated(building))
    : []) {
    const column = relations.get(relation)?.columns.get(columns.get(relation)?.get(number) ?? '');
    if (column) column.notNullValid = false;
  }
}
