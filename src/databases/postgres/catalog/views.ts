import type { Building } from './building.js';

/**
 * What views read, from the dependencies of their rules: of a column where one is named, of the relation alone where none
 * is (`count(*)`). Reading the definition itself would lock the tables beneath it.
 */
const query = `
  SELECT DISTINCT r.ev_class AS view, d.refobjid AS relation, d.refobjsubid AS number
    FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
   WHERE r.rulename = '_RETURN' AND d.refobjid <> r.ev_class AND d.deptype = 'n'`;

/** What views and materialized views read, column by column. */
export async function readViews(building: Building): Promise<void> {
  for (const { view, relation, number } of await building.session.query<{ view: number; relation: number; number: number }>(query)) {
    const reads = building.relations.get(view)?.reads;
    const name = building.names.get(relation);
    if (!reads || !name) continue;
    reads.add(name);
    const column = building.columns.get(relation)?.get(number);
    if (column !== undefined) reads.add(`${name}.${column}`);
  }
}
