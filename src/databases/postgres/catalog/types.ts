import { qualify } from '../../../core/names.js';
import type { UserType } from '../../../sql/catalog/types.js';
import { userSchemas } from '../schemas.js';
import { type Building, ofExtension, origin } from './building.js';

interface TypeRow {
  schema: string;
  name: string;
  kind: string;
  extension: boolean;
  base: string | null;
  not_null: boolean;
  values: string[];
  attributes: { name: string; type: string }[] | null;
  constraints: { name: string; valid: boolean; expression: string }[] | null;
}

const kinds: Record<string, UserType['kind']> = { e: 'enum', d: 'domain', c: 'composite' };

/** Row types of tables and array types are left out: they come and go with what they belong to. */
const query = `
  SELECT n.nspname AS schema, t.typname AS name, t.typtype AS kind, ${ofExtension('t.oid', 'pg_type')} AS extension,
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base, t.typnotnull AS not_null,
         ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE t.typtype = 'e' AND e.enumtypid = t.oid ORDER BY e.enumsortorder) AS values,
         CASE WHEN t.typtype = 'c' THEN
           (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END AS attributes,
         CASE WHEN t.typtype = 'd' THEN
           (SELECT json_agg(json_build_object('name', x.conname, 'valid', x.convalidated, 'expression', pg_get_expr(x.conbin, 0)) ORDER BY x.conname)
              FROM pg_constraint x WHERE x.contypid = t.oid AND x.contype = 'c') END AS constraints
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE ${userSchemas('n')} AND (t.typtype <> 'c' OR c.relkind = 'c') AND t.typsubscript::text IS DISTINCT FROM 'array_subscript_handler'
   ORDER BY n.nspname, t.typname`;

/** Enums, domains, composite types; of an extension's types the name alone. */
export async function readTypes(building: Building): Promise<void> {
  for (const row of await building.session.query<TypeRow>(query)) {
    const name = qualify(row.schema, row.name);
    building.state.types.set(name, {
      name,
      kind: kinds[row.kind] ?? 'other',
      values: row.values,
      base: row.base,
      notNull: row.not_null,
      constraints: new Map(
        (row.constraints ?? []).map((constraint) => [
          constraint.name,
          { valid: constraint.valid, expression: building.expression(constraint.expression) },
        ]),
      ),
      attributes: row.attributes ?? [],
      freshValues: new Map(),
      origin,
    });
  }
}
