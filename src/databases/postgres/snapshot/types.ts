import { qualify, quoteIdentifier } from '../../../core/names.js';
import { userSchemas } from '../schemas.js';
import { spelled } from './normalise.js';
import { ofExtension, type Reading } from './reading.js';

interface TypeRow {
  oid: number;
  schema: string;
  name: string;
  kind: string;
  base: string | null;
  not_null: boolean;
  default: string | null;
  collation: string | null;
  values: string[] | null;
  attributes: { name: string; type: string; collation: string | null }[] | null;
  relation: number;
  subtype: string | null;
  operator_class: string | null;
  range_collation: string | null;
  canonical: string | null;
  difference: string | null;
  multirange: string | null;
}

const collationOf = (collation: string, type: string): string => `
  (SELECT CASE WHEN k.nspname = 'pg_catalog' THEN quote_ident(l.collname) ELSE quote_ident(k.nspname) || '.' || quote_ident(l.collname) END
     FROM pg_collation l JOIN pg_namespace k ON k.oid = l.collnamespace
    WHERE l.oid = ${collation} AND ${collation} <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = ${type}))`;

/** Row types of tables, array types and multiranges come and go with what they belong to. */
const query = `
  SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype AS kind, t.typrelid AS relation,
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base, t.typnotnull AS not_null,
         CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END AS default,
         CASE WHEN t.typtype = 'd' THEN ${collationOf('t.typcollation', 't.typbasetype')} END AS collation,
         CASE WHEN t.typtype = 'e' THEN ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) END AS values,
         CASE WHEN t.typtype = 'c' THEN
           (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'collation', ${collationOf('a.attcollation', 'a.atttypid')}) ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END AS attributes,
         format_type(r.rngsubtype, NULL) AS subtype,
         CASE WHEN NOT o.opcdefault THEN (SELECT quote_ident(k.nspname) FROM pg_namespace k WHERE k.oid = o.opcnamespace) || '.' || quote_ident(o.opcname) END AS operator_class,
         ${collationOf('r.rngcollation', 'r.rngsubtype')} AS range_collation,
         nullif(r.rngcanonical::oid, 0)::regproc::text AS canonical, nullif(r.rngsubdiff::oid, 0)::regproc::text AS difference,
         format_type(r.rngmultitypid, NULL) AS multirange
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    LEFT JOIN pg_range r ON r.rngtypid = t.oid
    LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc
   WHERE ${userSchemas('n')} AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND NOT ${ofExtension('t.oid', 'type')}`;

/** Enums, domains, composite and range types. */
export async function readTypes(reading: Reading): Promise<void> {
  for (const row of await reading.query<TypeRow>(query)) {
    const name = qualify(row.schema, row.name);
    const address = { catalog: 'type', oid: row.oid } as const;
    if (row.kind === 'e') {
      reading.add({ kind: 'enum', name, properties: { values: (row.values ?? []).map(literal).join(', ') } }, address);
    } else if (row.kind === 'd') {
      const value = spelled('default', row.default);
      reading.add(
        {
          kind: 'domain',
          name,
          properties: { type: row.base, notNull: row.not_null, collation: row.collation, ...value.properties },
          spelling: value.spelling,
        },
        address,
      );
    } else if (row.kind === 'c') {
      const attributes = (row.attributes ?? []).map(
        (each) => [quoteIdentifier(each.name), `${each.type}${each.collation === null ? '' : ` COLLATE ${each.collation}`}`] as const,
      );
      reading.add(
        {
          kind: 'compositeType',
          name,
          properties: {
            ...Object.fromEntries(attributes.map(([attribute, type]) => [`attribute ${attribute}`, type])),
            order: attributes.map(([attribute]) => attribute).join(', '),
          },
        },
        address,
      );
      reading.address('class', row.relation, 0, `compositeType ${name}`);
    } else {
      const multirange = row.multirange ?? '';
      reading.add(
        {
          kind: 'rangeType',
          name,
          properties: {
            subtype: row.subtype,
            operatorClass: row.operator_class,
            collation: row.range_collation,
            canonical: row.canonical,
            difference: row.difference,
            multirange: multirange === generatedMultirange(row.schema, row.name) ? null : multirange,
          },
        },
        address,
      );
    }
  }
}

/** Name that the server gives to the multirange of a range (source: `makeMultirangeTypeName` in catalog/pg_type.c). */
function generatedMultirange(schema: string, name: string): string {
  return qualify(schema, name.includes('range') ? name.replace(/^(.*?)range/s, '$1multirange') : `${name}_multirange`);
}

/** A text as SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
