import { quoteIdentifier } from '../../../core/names.js';
import type { SchemaObject } from '../../../core/schema.js';
import { userSchemas } from '../schemas.js';
import { isGeneratedName } from './generated-name.js';
import { spelled } from './normalise.js';
import { type KnownRelation, ofExtension, type Reading, within } from './reading.js';

interface Row {
  relation: number;
  number: number;
  name: string;
  type: string;
  not_null: boolean;
  local: boolean;
  inherited: boolean;
  identity: string;
  generated: string;
  expression: string | null;
  default_oid: number | null;
  collation: string | null;
  storage: string | null;
  usual_storage: string;
  compression: string;
  statistics: number | null;
  options: string[] | null;
  sequence: number | null;
  start: string;
  step: string;
  least: string;
  greatest: string;
  cache: string;
  cycle: boolean;
}

const storages: Record<string, string> = { p: 'plain', e: 'external', m: 'main', x: 'extended' };
const compressions: Record<string, string> = { p: 'pglz', l: 'lz4' };

const query = (version: number): string => `
  SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         a.attnotnull AS not_null, a.attislocal AS local, a.attinhcount > 0 AS inherited, a.attidentity AS identity, a.attgenerated AS generated,
         CASE WHEN a.atthasdef THEN pg_get_expr(d.adbin, d.adrelid) END AS expression, d.oid AS default_oid,
         CASE WHEN a.attcollation = t.typcollation OR l.oid IS NULL THEN NULL
              WHEN k.nspname = 'pg_catalog' THEN quote_ident(l.collname) ELSE quote_ident(k.nspname) || '.' || quote_ident(l.collname) END AS collation,
         CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage, t.typstorage AS usual_storage, a.attcompression AS compression,
         ${version >= 17 ? 'a.attstattarget' : 'nullif(a.attstattarget, -1)'} AS statistics, a.attoptions AS options,
         s.objid AS sequence, q.seqstart::text AS start, q.seqincrement::text AS step, q.seqmin::text AS least, q.seqmax::text AS greatest,
         q.seqcache::text AS cache, q.seqcycle AS cycle
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_namespace k ON k.oid = l.collnamespace
    LEFT JOIN pg_depend s ON a.attidentity <> '' AND s.refclassid = 1259 AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
                         AND s.classid = 1259 AND s.deptype = 'i'
    LEFT JOIN pg_sequence q ON q.seqrelid = s.objid
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND ${userSchemas('n')}
     AND NOT ${ofExtension('c.oid', 'class')}
   ORDER BY a.attrelid, a.attnum`;

/** NOT NULL constraints that are more than the flag of their column: PostgreSQL 18 has names, NOT VALID and NO INHERIT for them. */
const notNullQuery = `
  SELECT conrelid AS relation, conkey[1] AS number, oid, conname AS name, convalidated AS valid, connoinherit AS no_inherit
    FROM pg_constraint WHERE contype = 'n' AND conrelid <> 0`;

interface NotNullRow {
  relation: number;
  number: number;
  oid: number;
  name: string;
  valid: boolean;
  no_inherit: boolean;
}

/** Columns of tables. What a partition or an heir has from its parent, unchanged, is not named again. */
export async function readColumns(reading: Reading): Promise<void> {
  const rows = await reading.query<Row>(query(reading.version));
  const notNulls = new Map<string, NotNullRow>();
  for (const row of reading.version >= 18 ? await reading.query<NotNullRow>(notNullQuery) : [])
    notNulls.set(`${row.relation} ${row.number}`, row);
  const read = new Map<string, { object: SchemaObject; row: Row }>();
  for (const row of rows) {
    const relation = reading.relations.get(row.relation);
    if (!relation) continue;
    const names = reading.columns.get(row.relation) ?? new Map<number, string>();
    reading.columns.set(row.relation, names.set(row.number, row.name));
    if (relation.kind === 'v' || relation.kind === 'm') continue;
    const object = addColumn(reading, relation, row, notNulls.get(`${row.relation} ${row.number}`));
    read.set(object.name, { object, row });
  }
  dropInherited(reading, read);
}

function addColumn(reading: Reading, relation: KnownRelation, row: Row, notNull: NotNullRow | undefined): SchemaObject {
  const generated = row.generated !== '';
  const expression = spelled(generated ? 'generated' : 'default', row.expression);
  const identity = row.identity !== '';
  const object = reading.add(
    {
      kind: 'column',
      name: within(relation, row.name),
      parent: relation.id,
      properties: {
        type: row.type,
        notNull: row.not_null ? (notNull?.valid === false ? 'not valid' : notNull?.no_inherit ? 'no inherit' : 'yes') : null,
        ...expression.properties,
        generatedKind: row.generated === 's' ? 'stored' : row.generated === 'v' ? 'virtual' : null,
        identity: row.identity === 'a' ? 'always' : identity ? 'by default' : null,
        identityOptions: identity && row.sequence !== null ? identityOptions(row) : null,
        collation: row.collation,
        storage: row.storage === null ? null : (storages[row.storage] ?? row.storage),
        compression: compressions[row.compression] ?? null,
        statisticsTarget: row.statistics === null ? null : String(row.statistics),
        options: (row.options ?? []).toSorted().join(', '),
      },
      spelling: {
        ...expression.spelling,
        place: String(row.number).padStart(5, '0'),
        // Whatever made the name, nobody means anything by it: PostgreSQL before 18 does not even keep it.
        notNullName:
          notNull === undefined || isGeneratedName(notNull.name, relation.name, [row.name], 'not_null')
            ? null
            : quoteIdentifier(notNull.name),
        inherited: row.inherited && !row.local,
        usualStorage: row.storage === null ? null : (storages[row.usual_storage] ?? null),
      },
    },
    { catalog: 'class', oid: row.relation, column: row.number },
  );
  if (row.default_oid !== null) reading.address('attributeDefault', row.default_oid, 0, `column ${object.name}`);
  if (notNull) reading.address('constraint', notNull.oid, 0, `column ${object.name}`);
  // The sequence of an identity column is a part of the column.
  const sequence = row.sequence === null ? undefined : reading.relations.get(row.sequence);
  if (sequence && row.sequence !== null) {
    reading.objects.delete(sequence.id);
    reading.address('class', row.sequence, 0, `column ${object.name}`);
    object.spelling = { ...object.spelling, sequence: sequence.id.replace('sequence ', '') };
    reading.relations.delete(row.sequence);
  }
  return object;
}

function identityOptions(row: Row): string {
  return `START WITH ${row.start} INCREMENT BY ${row.step} MINVALUE ${row.least} MAXVALUE ${row.greatest} CACHE ${row.cache}${row.cycle ? ' CYCLE' : ''}`;
}

/** Takes out the columns that a partition or heir has as its parent has them. */
function dropInherited(reading: Reading, read: ReadonlyMap<string, { object: SchemaObject; row: Row }>): void {
  const drop: string[] = [];
  for (const { object, row } of read.values()) {
    const relation = reading.relations.get(row.relation);
    if (!row.inherited || !relation || (row.local && !relation.isPartition)) continue;
    const table = reading.objects.get(relation.id);
    const same = (table?.needs ?? []).some((parentId) => {
      const parent = read.get(`${parentId.replace('table ', '')}.${quoteIdentifier(row.name)}`);
      return parent !== undefined && sameProperties(parent.object.properties, object.properties);
    });
    if (same) drop.push(`column ${object.name}`);
    else object.spelling = { ...object.spelling, inherited: 'yes' };
  }
  for (const id of drop) reading.objects.delete(id);
}

function sameProperties(a: Record<string, string>, b: Record<string, string>): boolean {
  // Identity belongs to the root of a partitioned table; before PostgreSQL 17 its partitions do not show it.
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  names.delete('identity');
  names.delete('identityOptions');
  return [...names].every((name) => a[name] === b[name]);
}
