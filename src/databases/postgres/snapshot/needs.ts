import type { Reading } from './reading.js';

interface Row {
  catalog: number;
  oid: number;
  number: number;
  needed_catalog: number;
  needed: number;
  needed_number: number;
}

/** Dependencies between objects of users. That everything needs its schema is known without asking. */
const query = `
  SELECT d.classid::int AS catalog, d.objid AS oid, d.objsubid AS number, d.refclassid::int AS needed_catalog, d.refobjid AS needed, d.refobjsubid AS needed_number
    FROM pg_depend d
   WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a') AND d.refclassid <> 2615
     AND NOT (d.deptype <> 'n' AND d.refclassid = 1259 AND d.classid IN (2604, 1247))`;

/** Array types and row types by oid, as the type or relation that they belong to. */
const typesQuery = `
  SELECT t.oid, coalesce(nullif(e.typrelid, 0), nullif(t.typrelid, 0)) AS relation, CASE WHEN t.typelem <> 0 THEN t.typelem END AS element
    FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
   WHERE t.oid >= 16384 AND (t.typrelid <> 0 OR e.oid IS NOT NULL)
   UNION ALL SELECT r.rngmultitypid, NULL, r.rngtypid FROM pg_range r WHERE r.rngmultitypid >= 16384`;

/** Says of every object which others must be there before it. */
export async function readNeeds(reading: Reading): Promise<void> {
  for (const row of await reading.query<{ oid: number; relation: number | null; element: number | null }>(typesQuery)) {
    if (reading.idAt(1247, row.oid, 0) !== undefined) continue;
    const id = row.relation === null ? reading.idAt(1247, row.element ?? 0, 0) : reading.idAt(1259, row.relation, 0);
    if (id !== undefined) reading.address('type', row.oid, 0, id);
  }
  const sets = new Map<string, Set<string>>();
  for (const row of await reading.query<Row>(query)) {
    const id = reading.idAt(row.catalog, row.oid, row.number);
    const needed = reading.idAt(row.needed_catalog, row.needed, row.needed_number);
    if (id === undefined || needed === undefined || id === needed) continue;
    const object = reading.objects.get(id);
    if (!object || object.parent === needed || !reading.objects.has(needed)) continue;
    sets.set(id, (sets.get(id) ?? new Set(object.needs)).add(needed));
  }
  for (const [id, needs] of sets) {
    const object = reading.objects.get(id);
    if (object) object.needs = [...needs].sort();
  }
}
