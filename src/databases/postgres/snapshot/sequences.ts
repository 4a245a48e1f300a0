import { qualify } from '../../../core/names.js';
import { isGeneratedName } from './generated-name.js';
import { type Reading, within } from './reading.js';

interface Row {
  oid: number;
  type: string;
  start: string;
  step: string;
  least: string;
  greatest: string;
  cache: string;
  cycle: boolean;
  owner: number | null;
  owner_column: number | null;
}

const query = `
  SELECT q.seqrelid AS oid, format_type(q.seqtypid, NULL) AS type, q.seqstart::text AS start, q.seqincrement::text AS step, q.seqmin::text AS least,
         q.seqmax::text AS greatest, q.seqcache::text AS cache, q.seqcycle AS cycle, o.refobjid AS owner, o.refobjsubid AS owner_column
    FROM pg_sequence q
    LEFT JOIN pg_depend o ON o.classid = 1259 AND o.objid = q.seqrelid AND o.refclassid = 1259 AND o.deptype = 'a' AND o.refobjsubid > 0`;

/** Settings and owners of sequences; those of identity columns belong to their column. Run after the columns are known. */
export async function readSequences(reading: Reading): Promise<void> {
  for (const row of await reading.query<Row>(query)) {
    const relation = reading.relations.get(row.oid);
    const object = relation && reading.objects.get(relation.id);
    if (!relation || !object) continue;
    const owner = row.owner === null ? undefined : reading.relations.get(row.owner);
    const column = reading.columns.get(row.owner ?? 0)?.get(row.owner_column ?? 0);
    Object.assign(object.properties, {
      type: row.type,
      start: row.start,
      increment: row.step,
      minimum: row.least,
      maximum: row.greatest,
      cache: row.cache,
      ...(row.cycle ? { cycle: 'yes' } : {}),
      ...(owner && column !== undefined ? { ownedBy: within(owner, column) } : {}),
    });
    // It goes when its column goes.
    if (owner && column !== undefined) object.parent = `column ${within(owner, column)}`;
    if (owner && column !== undefined && owner.schema === relation.schema && isGeneratedName(relation.name, owner.name, [column], 'seq'))
      object.spelling = { ...object.spelling, serialOf: qualify(owner.schema, owner.name) };
  }
}
